import { CodecError } from './codec-error.ts';
import { KeyCache } from './key-cache.ts';

/** How many bytes follow the type bytes 0xca … 0xd3, which are numbers. */
const NUMBER_BYTES = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8];

/** Shorter text is put together here; longer text is worth the call of a native decoder. */
const SHORT_TEXT = 16;
/** Character codes of a text of each length, used again. */
const units = Array.from({ length: SHORT_TEXT + 1 }, (_, length) =>
  Array.from({ length }, () => 0),
);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const keys = new KeyCache();

const isExtension = (type: number): boolean =>
  (type >= 0xc7 && type <= 0xc9) || (type >= 0xd4 && type <= 0xd8);

export interface ReaderLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
  /** Makes what stands for a binary value from a view of the frame, which is not to be kept. */
  readonly copy: (view: Uint8Array) => Uint8Array;
}

/**
 * Reads one MessagePack value from foreign hands. Nothing is reserved for what is announced and has not come, depth and
 * number of values are bounded, and what JavaScript could not hold exactly is refused.
 */
export class MsgpackReader {
  readonly #bytes: Uint8Array;
  readonly #limits: ReaderLimits;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, limits: ReaderLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** @throws CodecError unless the bytes are one whole value that may be read. */
  whole(): unknown {
    const value = this.#value(1);
    if (this.#at !== this.#bytes.length) throw new CodecError('malformed');
    return value;
  }

  #value(depth: number): unknown {
    const type = this.#type(depth);
    if (type < 0x80) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type < 0x90) return this.#map(type - 0x80, depth);
    if (type < 0xa0) return this.#array(type - 0x90, depth);
    if (type < 0xc0) return this.#text(type - 0xa0);
    if (type >= 0xca && type <= 0xd3) return this.#number(type);
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#natural(1 << (type - 0xc4)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#natural(1 << (type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#natural(type === 0xdc ? 2 : 4), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#natural(type === 0xde ? 2 : 4), depth);
      default:
        throw new CodecError(isExtension(type) ? 'extension' : 'malformed');
    }
  }

  #type(depth: number): number {
    if (depth > this.#limits.maxDepth) throw new CodecError('too_deep');
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) throw new CodecError('too_many');
    return this.#natural(1);
  }

  #array(length: number, depth: number): unknown[] {
    const array: unknown[] = [];
    for (let left = length; left > 0; left -= 1) array.push(this.#value(depth + 1));
    return array;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let left = length; left > 0; left -= 1) {
      const key = this.#key(depth + 1);
      map[key] = this.#value(depth + 1);
    }
    return map;
  }

  #key(depth: number): string {
    const type = this.#type(depth);
    const isShort = type >= 0xa0 && type < 0xc0;
    if (!isShort && (type < 0xd9 || type > 0xdb)) throw new CodecError('forbidden_key');
    const length = isShort ? type - 0xa0 : this.#natural(1 << (type - 0xd9));
    const start = this.#skip(length);
    const key = keys.get(this.#bytes, start, length) ?? this.#unicode(start);
    if (key === '__proto__') throw new CodecError('forbidden_key');
    return key;
  }

  #text(length: number): string {
    const start = this.#skip(length);
    const codes = units[length];
    if (!codes) return this.#unicode(start);
    for (let i = 0; i < length; i += 1) {
      const byte = this.#bytes[start + i] ?? 0;
      if (byte >= 0x80) return this.#unicode(start);
      codes[i] = byte;
    }
    return String.fromCharCode(...codes);
  }

  /** The text from `start` up to here. */
  #unicode(start: number): string {
    let text: string;
    try {
      text = utf8.decode(this.#bytes.subarray(start, this.#at));
    } catch {
      throw new CodecError('malformed');
    }
    if (text.startsWith('\uFEFF')) throw new CodecError('malformed');
    return text;
  }

  #binary(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#limits.copy(this.#bytes.subarray(start, this.#at));
  }

  #number(type: number): number {
    const size = NUMBER_BYTES[type - 0xca] ?? 0;
    if (type <= 0xcb) return this.#fraction(size);
    const natural = type <= 0xcf;
    if (size < 8) {
      const value = this.#natural(size);
      return natural || value < 2 ** (8 * size - 1) ? value : value - 2 ** (8 * size);
    }
    const high = this.#natural(4);
    const signed = natural || high < 2 ** 31 ? high : high - 2 ** 32;
    const value = signed * 2 ** 32 + this.#natural(4);
    if (!Number.isSafeInteger(value)) throw new CodecError('malformed');
    return value;
  }

  #fraction(size: number): number {
    const start = this.#skip(size);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, size);
    return size === 4 ? view.getFloat32(0) : view.getFloat64(0);
  }

  /** 1, 2 or 4 bytes, big-endian. */
  #natural(width: number): number {
    const bytes = this.#bytes;
    const at = this.#skip(width);
    let value = bytes[at] ?? 0;
    for (let i = at + 1; i < at + width; i += 1) value = value * 256 + (bytes[i] ?? 0);
    return value;
  }

  /** Passes over so many bytes, and answers where they begin. */
  #skip(size: number): number {
    const start = this.#at;
    this.#at = start + size;
    if (this.#at > this.#bytes.length) throw new CodecError('malformed');
    return start;
  }
}
