import type { ExtensionCodecType } from '@msgpack/msgpack';
import { CodecError } from './codec-error.ts';

const byteOrderMark = '\uFEFF';

/**
 * Text must come back as it was. A lone surrogate has no UTF-8, and the decoder of the library drops a leading byte
 * order mark from long texts.
 */
export const isExactText = (text: string): boolean =>
  text.isWellFormed() && !text.startsWith(byteOrderMark);

function checkMember(value: unknown): void {
  if (typeof value === 'string' && !isExactText(value)) throw new CodecError('unencodable');
}

/** Of this realm or another: an object literal, or one without a prototype. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function check(value: unknown): void {
  if (value instanceof Uint8Array) return;
  if (Array.isArray(value)) return value.forEach(checkMember);
  if (typeof value !== 'object' || value === null || !isPlain(value))
    throw new CodecError('unencodable');
  const map = value as Record<string, unknown>;
  for (const key of Object.keys(map)) {
    if (key === '__proto__') throw new CodecError('forbidden_key');
    checkMember(key);
    checkMember(map[key]);
  }
}

/**
 * The library asks this object about everything that is not a primitive. By itself it would send an ArrayBuffer, a Map
 * or a Set as an empty map, other typed arrays as bytes, and a Date as an extension.
 */
export const plainCodec: ExtensionCodecType<undefined> = {
  tryToEncode(value: unknown): null {
    check(value);
    return null;
  },
  decode(): never {
    throw new CodecError('extension');
  },
};
