import { decode, Encoder } from '@msgpack/msgpack';
import type { Bytes } from './engine.port.ts';

const encoder = new Encoder();

/** The record's bytes, marked with the version of its form. The encoder keeps its buffer, but no key in it. */
export function encodeRecord(version: number, record: object): Bytes {
  const shared = encoder.encodeSharedRef({ ...record, v: version });
  const bytes = shared.slice();
  shared.fill(0);
  return bytes;
}

/**
 * An own record as it was written, in one of `versions`. A record of a version that this code does not know is a fault of
 * the store or of a downgrade, never of a peer: it throws.
 */
export function decodeRecord<T>(versions: number | readonly number[], bytes: Bytes): T {
  const record = decode(bytes);
  const known = [versions].flat();
  if (
    typeof record !== 'object' ||
    record === null ||
    !('v' in record) ||
    !known.some((version) => version === record.v)
  ) {
    throw new Error('engine record of an unknown version');
  }
  return record as T;
}
