import { CodecError } from './codec-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many bytes follow the type bytes 0xc0 … 0xdf that stand for themselves; -1: they are none of these. */
const SCALAR_BYTES = [
  0, -1, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1,
];

const isExtension = (type: number): boolean =>
  (type >= 0xc7 && type <= 0xc9) || (type >= 0xd4 && type <= 0xd8);

/**
 * Reads through a MessagePack value without building it, and refuses what must never reach the decoder of the library:
 * it has no bound on depth, reserves an array of the announced length before it has seen one element, reads past the end
 * of text that is not UTF-8, and rounds large integers.
 */
class StructureCheck {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #maxValues: number;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, maxValues: number) {
    this.#bytes = bytes;
    this.#maxValues = maxValues;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(maxDepth: number): void {
    this.#value(1, maxDepth, false);
    if (this.#at !== this.#bytes.length) throw new CodecError('malformed');
  }

  #value(depth: number, maxDepth: number, isKey: boolean): void {
    if (depth > maxDepth) throw new CodecError('too_deep');
    this.#values += 1;
    if (this.#values > this.#maxValues) throw new CodecError('too_many');
    const type = this.#length(1);
    if (type >= 0xa0 && type < 0xc0) return this.#text(type - 0xa0);
    if (type >= 0xd9 && type <= 0xdb) return this.#text(this.#length(1 << (type - 0xd9)));
    if (isKey) throw new CodecError('forbidden_key');
    if (type < 0x80 || type >= 0xe0) return;
    if (type < 0x90) return this.#map(type - 0x80, depth, maxDepth);
    if (type < 0xa0) return this.#array(type - 0x90, depth, maxDepth);
    if (type >= 0xc4 && type <= 0xc6) return this.#skip(this.#length(1 << (type - 0xc4)));
    if (type === 0xdc || type === 0xdd)
      return this.#array(this.#length(type === 0xdc ? 2 : 4), depth, maxDepth);
    if (type === 0xde || type === 0xdf)
      return this.#map(this.#length(type === 0xde ? 2 : 4), depth, maxDepth);
    this.#scalar(type);
  }

  #array(length: number, depth: number, maxDepth: number): void {
    for (let left = length; left > 0; left -= 1) this.#value(depth + 1, maxDepth, false);
  }

  #map(length: number, depth: number, maxDepth: number): void {
    for (let left = length; left > 0; left -= 1) {
      this.#value(depth + 1, maxDepth, true);
      this.#value(depth + 1, maxDepth, false);
    }
  }

  #scalar(type: number): void {
    const size = SCALAR_BYTES[type - 0xc0] ?? -1;
    if (size < 0) throw new CodecError(isExtension(type) ? 'extension' : 'malformed');
    const start = this.#at;
    this.#skip(size);
    if (type !== 0xcf && type !== 0xd3) return;
    const high = type === 0xcf ? this.#view.getUint32(start) : this.#view.getInt32(start);
    const integer = high * 2 ** 32 + this.#view.getUint32(start + 4);
    if (!Number.isSafeInteger(integer)) throw new CodecError('malformed');
  }

  #text(length: number): void {
    const start = this.#at;
    this.#skip(length);
    for (let at = start; at < this.#at; at += 1) {
      if ((this.#bytes[at] ?? 0) >= 0x80) return this.#unicode(start);
    }
  }

  #unicode(start: number): void {
    let text: string;
    try {
      text = utf8.decode(this.#bytes.subarray(start, this.#at));
    } catch {
      throw new CodecError('malformed');
    }
    if (text.startsWith('\uFEFF')) throw new CodecError('malformed');
  }

  #skip(size: number): void {
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new CodecError('malformed');
  }

  #length(width: number): number {
    const start = this.#at;
    this.#skip(width);
    if (width === 1) return this.#view.getUint8(start);
    return width === 2 ? this.#view.getUint16(start) : this.#view.getUint32(start);
  }
}

/** @throws CodecError unless the bytes are one whole value that may be decoded. */
export function checkStructure(
  bytes: Uint8Array,
  limits: { readonly maxDepth: number; readonly maxValues: number },
): void {
  new StructureCheck(bytes, limits.maxValues).run(limits.maxDepth);
}
