import { Encoder } from '@msgpack/msgpack';
import { CodecError } from './codec-error.ts';
import { isExactText, plainCodec } from './plain-codec.ts';

/** How deep values may lie in each other, both ways; the outermost lies at depth 1. */
export const MAX_DEPTH = 32;

const KEPT_BYTES = 256 * 1024;

const newEncoder = (): Encoder =>
  new Encoder({ extensionCodec: plainCodec, ignoreUndefined: true, maxDepth: MAX_DEPTH });

let encoder = newEncoder();

/**
 * The bytes of a value on every wire of Sealpost, by MessagePack without extensions.
 *
 * - Takes null, booleans, numbers, texts, `Uint8Array`s, arrays and plain objects; everything else is refused.
 * - Of a `Uint8Array` exactly the viewed bytes are written, whatever lies around them in its buffer.
 * - Fields that are undefined are left out; an undefined element of an array becomes null.
 * - The result has a buffer of its own with nothing else in it.
 * - What it encodes, `decodeMsgpack` decodes to an equal value (-0 becomes 0).
 *
 * @throws CodecError
 */
export function encodeMsgpack(value: unknown): Uint8Array<ArrayBuffer> {
  if (typeof value === 'string' && !isExactText(value)) throw new CodecError('unencodable');
  try {
    const bytes = encoder.encode(value);
    // The encoder keeps the largest buffer that it ever needed.
    if (bytes.length > KEPT_BYTES) encoder = newEncoder();
    return bytes;
  } catch (error) {
    throw error instanceof CodecError ? error : new CodecError('unencodable');
  }
}
