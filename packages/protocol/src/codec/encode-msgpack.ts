import { CodecError } from './codec-error.ts';
import { MsgpackWriter } from './msgpack-writer.ts';

export { MAX_DEPTH } from './msgpack-writer.ts';

const KEPT_BYTES = 256 * 1024;

/** Null while it writes: what reads a value may be asked to encode another. */
let idle: MsgpackWriter | null = null;

/**
 * What `take` makes of the bytes that `encodeMsgpack` would answer. They are its only until it returns: they lie in a
 * buffer that is used again.
 *
 * @throws CodecError
 */
export function withMsgpack<Made>(
  value: unknown,
  take: (bytes: Uint8Array<ArrayBuffer>) => Made,
): Made {
  const writer = idle ?? new MsgpackWriter();
  idle = null;
  try {
    return take(written(writer, value));
  } finally {
    if (writer.capacity <= KEPT_BYTES) idle = writer;
  }
}

function written(writer: MsgpackWriter, value: unknown): Uint8Array<ArrayBuffer> {
  try {
    return writer.write(value);
  } catch (error) {
    throw error instanceof CodecError ? error : new CodecError('unencodable');
  }
}

const copyOf = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes.slice();

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
export const encodeMsgpack = (value: unknown): Uint8Array<ArrayBuffer> =>
  withMsgpack(value, copyOf);
