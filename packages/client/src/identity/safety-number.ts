import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../engine/engine.port.ts';
import { equalInConstantTime } from './constant-time.ts';

/** One side of a comparison: an account and the key that one believes to be its own. */
export interface SafetyParty {
  readonly accountId: string;
  /** The Ed25519 account key, 32 bytes raw. */
  readonly accountKey: Bytes;
}

/**
 * 60 digits that both sides read to each other; equal on both exactly if both hold the same two account keys. They do
 * not change when a device comes or goes.
 *
 * Per party, as in Signal: h = SHA-512(0x0000 ‖ key ‖ id ‖ key), then 5,199 times h = SHA-512(h ‖ key); the first 30
 * bytes as six big-endian numbers of 5 bytes, each mod 100,000 and written with five digits. The smaller of the two
 * strings comes first.
 */
export function safetyNumber(own: SafetyParty, other: SafetyParty): string {
  return [digits(fingerprint(own)), digits(fingerprint(other))].sort().join('');
}

/** What the own screen shows as a QR code: version (1 byte) ‖ own ‖ other fingerprint, 32 bytes each. */
export function safetyCode(own: SafetyParty, other: SafetyParty): Bytes {
  const code = new Uint8Array(1 + 2 * PREFIX_BYTES);
  code[0] = CODE_VERSION;
  code.set(fingerprint(own).subarray(0, PREFIX_BYTES), 1);
  code.set(fingerprint(other).subarray(0, PREFIX_BYTES), 1 + PREFIX_BYTES);
  return code;
}

export type SafetyCodeVerdict = 'match' | 'mismatch' | 'unsupported_version' | 'malformed';

/** Compares the code scanned from the other's screen with what that screen must show. */
export function compareSafetyCode(
  scanned: Bytes,
  own: SafetyParty,
  other: SafetyParty,
): SafetyCodeVerdict {
  if (scanned.length === 0) return 'malformed';
  if (scanned[0] !== CODE_VERSION) return 'unsupported_version';
  if (scanned.length !== 1 + 2 * PREFIX_BYTES) return 'malformed';
  return equalInConstantTime(scanned, safetyCode(other, own)) ? 'match' : 'mismatch';
}

const ROUNDS = 5200;
const PREFIX_BYTES = 32;
const CODE_VERSION = 1;
const CHUNK_STARTS = [0, 5, 10, 15, 20, 25];

function fingerprint({ accountId, accountKey }: SafetyParty): Bytes {
  if (accountKey.length !== 32) throw new RangeError('an account key has 32 bytes');
  if (!accountId.isWellFormed()) throw new RangeError('an account id is well-formed Unicode');
  const id = new TextEncoder().encode(accountId);
  let hash = sha512(new Uint8Array([0, 0, ...accountKey, ...id, ...accountKey]));
  const input = new Uint8Array(hash.length + accountKey.length);
  input.set(accountKey, hash.length);
  for (let round = 1; round < ROUNDS; round += 1) {
    input.set(hash);
    hash = sha512(input);
  }
  return hash;
}

function digits(hash: Bytes): string {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return CHUNK_STARTS.map((at) => {
    const number = view.getUint8(at) * 2 ** 32 + view.getUint32(at + 1);
    return String(number % 100_000).padStart(5, '0');
  }).join('');
}
