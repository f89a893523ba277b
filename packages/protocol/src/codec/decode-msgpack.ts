import { CodecError } from './codec-error.ts';
import { MAX_DEPTH } from './encode-msgpack.ts';
import { MsgpackReader } from './msgpack-reader.ts';

export interface DecodeLimits {
  /** Default 16 MiB. */
  readonly maxBytes?: number;
  /** Default and at most 32; the outermost value lies at depth 1. */
  readonly maxDepth?: number;
  /** Values of all depths together, keys included; what they cost in memory can be many times their bytes. Default: any number. */
  readonly maxValues?: number;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** A view would keep the whole frame alive and reachable. */
export const ownCopy = (view: Uint8Array): Uint8Array => view.slice();

/**
 * The value of exactly one MessagePack value without extensions, as `encodeMsgpack` writes it.
 *
 * - Binary values are plain `Uint8Array`s (never `Buffer`s), each with a buffer of its own, unless `copy` makes them.
 * - Memory is bounded by the length of the frame, whatever lengths it announces.
 * - Refused: extensions, keys that are not text, the key `__proto__`, text that is not UTF-8, integers beyond 2^53-1,
 *   a value deeper than the limit, and anything before, after or missing from the one value.
 *
 * @throws CodecError and nothing else, whatever the bytes.
 */
export function decodeMsgpack(
  bytes: Uint8Array,
  limits: DecodeLimits = {},
  copy: (view: Uint8Array) => Uint8Array = ownCopy,
): unknown {
  if (bytes.length > (limits.maxBytes ?? MAX_BYTES)) throw new CodecError('too_large');
  // Of a Buffer, subarray and slice would be Buffers again.
  const frame = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new MsgpackReader(frame, {
    maxDepth: Math.min(limits.maxDepth ?? MAX_DEPTH, MAX_DEPTH),
    maxValues: limits.maxValues ?? Infinity,
    copy,
  }).whole();
}
