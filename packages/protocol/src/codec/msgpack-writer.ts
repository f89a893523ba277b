import { CodecError } from './codec-error.ts';
import { isExactText } from './exact-text.ts';

/** How deep values may lie in each other, both ways; the outermost lies at depth 1. */
export const MAX_DEPTH = 32;

const utf8 = new TextEncoder();

/** Longer text is worth the call of a native encoder. */
const SHORT_TEXT = 64;
const FIRST_BYTES = 4 * 1024;
const LARGEST = 2 ** 32;

/** Of this realm or another: an object literal, or one without a prototype. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    Object.getPrototypeOf(prototype) === null
  );
}

/** V8 leaves this look-up out where `for in` has just named the key; that of `Object.hasOwn` it does not. */
const isOwn = (object: object, key: string): boolean =>
  Object.prototype.hasOwnProperty.call(object, key);

/** Writes values of MessagePack, each in its shortest form, into a buffer that grows and is used again. */
export class MsgpackWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** How large the buffer has grown. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * The bytes of a value, in the writer's own buffer: theirs until it writes again.
   * @throws CodecError
   */
  write(value: unknown): Uint8Array<ArrayBuffer> {
    this.#at = 0;
    this.#value(value, 1);
    return this.#bytes.subarray(0, this.#at);
  }

  #value(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw new CodecError('unencodable');
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.#byte(value ? 0xc3 : 0xc2);
      case 'undefined':
        return this.#byte(0xc0);
      case 'object':
        return value === null ? this.#byte(0xc0) : this.#object(value, depth);
      default:
        throw new CodecError('unencodable');
    }
  }

  #object(value: object, depth: number): void {
    if (value instanceof Uint8Array) return this.#binary(value);
    if (Array.isArray(value)) return this.#array(value, depth);
    if (!isPlain(value)) throw new CodecError('unencodable');
    this.#map(value as Readonly<Record<string, unknown>>, depth);
  }

  #array(values: readonly unknown[], depth: number): void {
    this.#header(values.length, 0x90, 16, 0xdc);
    for (const value of values) this.#value(value, depth + 1);
  }

  /** By `for in`: V8 has the places of the properties at hand, where a list of keys has each looked up by its name. */
  #map(map: Readonly<Record<string, unknown>>, depth: number): void {
    let size = 0;
    for (const key in map) if (isOwn(map, key) && map[key] !== undefined) size += 1;
    this.#header(size, 0x80, 16, 0xde);
    for (const key in map) {
      if (!isOwn(map, key)) continue;
      const value = map[key];
      if (value === undefined) continue;
      if (key === '__proto__') throw new CodecError('forbidden_key');
      this.#text(key);
      this.#value(value, depth + 1);
    }
  }

  #binary(bytes: Uint8Array): void {
    this.#header(bytes.length, 0, 0, 0xc4);
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  #text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#ascii(text)) return;
    if (!isExactText(text)) throw new CodecError('unencodable');
    const bytes = utf8.encode(text);
    this.#header(bytes.length, 0xa0, 32, 0xd9);
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** False: it is no ASCII, and nothing was written. */
  #ascii(text: string): boolean {
    const { length } = text;
    const before = this.#at;
    const head = length < 32 ? 1 : 2;
    const at = this.#take(head + length) + head;
    const bytes = this.#bytes;
    if (head === 2) bytes[at - 2] = 0xd9;
    bytes[at - 1] = head === 2 ? length : 0xa0 + length;
    for (let i = 0; i < length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        this.#at = before;
        return false;
      }
      bytes[at + i] = unit;
    }
    return true;
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.#byte(0xcb);
      const at = this.#take(8);
      this.#view.setFloat64(at, value);
    } else if (value >= 0) this.#natural(value);
    else this.#negative(value);
  }

  #natural(value: number): void {
    if (value < 0x80) return this.#byte(value);
    if (value < LARGEST) return this.#sized(value, 0xcc);
    this.#byte(0xcf);
    this.#wide(value);
  }

  #negative(value: number): void {
    if (value >= -0x20) return this.#byte(value & 0xff);
    if (value >= -0x80) {
      this.#byte(0xd0);
      this.#byte(value & 0xff);
    } else if (value >= -0x8000) {
      this.#byte(0xd1);
      this.#word(value);
    } else if (value >= -0x8000_0000) {
      this.#byte(0xd2);
      this.#long(value);
    } else {
      this.#byte(0xd3);
      this.#wide(value);
    }
  }

  #wide(value: number): void {
    this.#long(Math.floor(value / LARGEST));
    this.#long(value % LARGEST);
  }

  /** Its lower two bytes. */
  #word(value: number): void {
    const at = this.#take(2);
    this.#view.setUint16(at, value);
  }

  /** Its lower four bytes. */
  #long(value: number): void {
    const at = this.#take(4);
    this.#view.setUint32(at, value);
  }

  /** A length: within the type byte if it is below `short`, else after the type byte for its width, from `wide` on. */
  #header(length: number, type: number, short: number, wide: number): void {
    if (length < short) return this.#byte(type + length);
    // Arrays and maps have no form with one byte.
    if (wide < 0xdc) return this.#sized(length, wide);
    if (length >= LARGEST) throw new CodecError('unencodable');
    const isLong = length >= 0x1_0000;
    this.#byte(isLong ? wide + 1 : wide);
    if (isLong) this.#long(length);
    else this.#word(length);
  }

  /** A type byte, and the value in 1, 2 or 4 bytes; the type bytes for these follow each other. */
  #sized(value: number, type: number): void {
    if (value >= LARGEST) throw new CodecError('unencodable');
    if (value < 0x100) {
      this.#byte(type);
      this.#byte(value);
    } else if (value < 0x1_0000) {
      this.#byte(type + 1);
      this.#word(value);
    } else {
      this.#byte(type + 2);
      this.#long(value);
    }
  }

  #byte(value: number): void {
    const at = this.#take(1);
    this.#bytes[at] = value;
  }

  /** Makes room for so many bytes, perhaps in another buffer, and answers where they begin. */
  #take(size: number): number {
    const at = this.#at;
    this.#at = at + size;
    if (this.#at > this.#bytes.length) this.#grow();
    return at;
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#at);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
