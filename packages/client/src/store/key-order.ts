import type { Bytes } from '../engine/engine.port.ts';

/** Keys from `start` up to but without `end`; null means no upper end. */
export interface KeyRange {
  readonly start: string;
  readonly end: string | null;
}

export interface Page {
  readonly after?: string;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** The keys of one page of `LocalStore.list`, in the order of UTF-16 code units. */
export function pageRange(prefix: string, page: Page): KeyRange {
  const end = prefixEnd(prefix);
  if (page.after === undefined) return { start: prefix, end };
  if (page.reverse) {
    return { start: prefix, end: end === null || page.after < end ? page.after : end };
  }
  // No string lies between a key and the key with U+0000 added.
  const next = `${page.after}\u0000`;
  return { start: next > prefix ? next : prefix, end };
}

/** The smallest string above all strings that start with `prefix`; null if there is none. */
function prefixEnd(prefix: string): string | null {
  for (let at = prefix.length - 1; at >= 0; at -= 1) {
    const unit = prefix.charCodeAt(at);
    if (unit < 0xffff) return prefix.slice(0, at) + String.fromCharCode(unit + 1);
  }
  return null;
}

/**
 * A key as UTF-16 big-endian. Unlike UTF-8 these bytes sort as the keys do, also beyond U+FFFF, and strings with lone
 * surrogates stay different from each other.
 */
export function keyToBytes(key: string): Bytes {
  const bytes = new Uint8Array(key.length * 2);
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    bytes[at * 2] = unit >> 8;
    bytes[at * 2 + 1] = unit & 0xff;
  }
  return bytes;
}

export function keyFromBytes(bytes: Bytes): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let key = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) key += String.fromCharCode(view.getUint16(at));
  return key;
}
