import { DecodeError, Decoder } from '@msgpack/msgpack';
import { checkStructure } from './check-structure.ts';
import { CodecError } from './codec-error.ts';
import { MAX_DEPTH } from './encode-msgpack.ts';
import { plainCodec } from './plain-codec.ts';

export interface DecodeLimits {
  /** Default 16 MiB. */
  readonly maxBytes?: number;
  /** Default and at most 32; the outermost value lies at depth 1. */
  readonly maxDepth?: number;
  /** Values of all depths together, keys included; what they cost in memory can be many times their bytes. Default: any number. */
  readonly maxValues?: number;
}

const MAX_BYTES = 16 * 1024 * 1024;

const decoder = new Decoder({ extensionCodec: plainCodec });

/** The library answers binary values as views of the frame, which would keep the whole of it alive and reachable. */
function owned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value.slice();
  const container = value as Record<string, unknown>;
  for (const key of Object.keys(container)) {
    const member = container[key];
    if (typeof member === 'object') container[key] = owned(member);
  }
  return container;
}

/**
 * The value of exactly one MessagePack value without extensions, as `encodeMsgpack` writes it.
 *
 * - Binary values are plain `Uint8Array`s (never `Buffer`s), each with a buffer of its own.
 * - Memory is bounded by the length of the frame, whatever lengths it announces.
 * - Refused: extensions, keys that are not text, the key `__proto__`, text that is not UTF-8, integers beyond 2^53-1,
 *   a value deeper than the limit, and anything before, after or missing from the one value.
 *
 * @throws CodecError and nothing else, whatever the bytes.
 */
export function decodeMsgpack(bytes: Uint8Array, limits: DecodeLimits = {}): unknown {
  if (bytes.length > (limits.maxBytes ?? MAX_BYTES)) throw new CodecError('too_large');
  // Of a Buffer, subarray and slice would be Buffers again.
  const frame = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkStructure(frame, {
    maxDepth: Math.min(limits.maxDepth ?? MAX_DEPTH, MAX_DEPTH),
    maxValues: limits.maxValues ?? Infinity,
  });
  try {
    return owned(decoder.decode(frame));
  } catch (error) {
    throw new CodecError(error instanceof DecodeError ? 'forbidden_key' : 'malformed');
  }
}
