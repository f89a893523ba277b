import type { Bytes } from './ids.ts';

const encoded = (text: string): number[] => {
  const out: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000)
      out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else
      out.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      );
  }
  return out;
};

/** UTF-8 (RFC 3629), since the pure domain has no TextEncoder. */
export const utf8 = (text: string): Bytes => Uint8Array.from(encoded(text));

export const hex = (bytes: Bytes): string => {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
};

/** One after the other, within `into` if they fit there: then they are the caller's until it is used again. */
export function concat(pieces: readonly Bytes[], into: Bytes | null = null): Bytes {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const out =
    into !== null && length <= into.length ? into.subarray(0, length) : new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Four bytes, big-endian. */
export const uint32 = (value: number): Bytes =>
  Uint8Array.of((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);

export const equalBytes = (a: Bytes, b: Bytes): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
