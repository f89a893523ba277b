import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalBytes, type CanonicalField } from '@sealpost/protocol';
import type { Bytes } from '../engine/engine.port.ts';

/** What the new device publishes: all that the approving device must know of it before it answers. */
export interface LinkRequest {
  readonly deviceId: string;
  /** The new device's Ed25519 public key, 32 bytes raw. */
  readonly signatureKey: Bytes;
  /** An X25519 public key made for this linking only, 32 bytes raw. */
  readonly linkKey: Bytes;
  /** `commitmentTo(nonce)` for the 32-byte nonce that the new device reveals after it was answered. */
  readonly commitment: Bytes;
}

/** What the approving device answers. */
export interface LinkAnswer {
  /** The account's Ed25519 public key, 32 bytes raw. */
  readonly accountKey: Bytes;
  /** 32 random bytes. */
  readonly nonce: Bytes;
}

/** Everything that both devices must agree on. */
export interface LinkFacts {
  readonly accountId: string;
  readonly request: LinkRequest;
  readonly answer: LinkAnswer;
  /** The new device's nonce. */
  readonly revealed: Bytes;
}

export const NONCE_BYTES = 32;

/** The hash by which the new device binds itself to its nonce before it has seen the other's. */
export const commitmentTo = (nonce: Bytes): Bytes => digest('sealpost/link/commitment/1', [nonce]);

/**
 * The six digits that a person compares: the first 8 bytes of the SHA-256 of all facts, big-endian, mod 10^6.
 *
 * Whoever stands between the devices must fix what each of them sees before it knows one of the nonces, so one attempt
 * passes with a chance of one in a million, and every attempt asks a person.
 */
export function linkDigits(facts: LinkFacts): string {
  const hash = digest('sealpost/link/digits/1', fieldsOf(facts));
  const number = new DataView(hash.buffer, hash.byteOffset).getBigUint64(0) % 1_000_000n;
  return String(number).padStart(6, '0');
}

/** Names this one linking, 32 bytes; the package is sealed for it. */
export const linkTranscript = (facts: LinkFacts): Bytes =>
  digest('sealpost/link/transcript/1', fieldsOf(facts));

/** Whether the request and the ids have a form that can be hashed; what came over the network may not. */
export function isWellFormedRequest(accountId: string, request: LinkRequest): boolean {
  const { deviceId, signatureKey, linkKey, commitment } = request;
  return (
    [accountId, deviceId].every((id) => id !== '' && id.isWellFormed() && id.length <= 256) &&
    [signatureKey, linkKey, commitment].every((bytes) => bytes.length === 32)
  );
}

function fieldsOf({ accountId, request, answer, revealed }: LinkFacts): readonly CanonicalField[] {
  const { deviceId, signatureKey, linkKey, commitment } = request;
  const { accountKey, nonce } = answer;
  return [deviceId, accountId, accountKey, signatureKey, linkKey, commitment, revealed, nonce];
}

function digest(label: string, fields: readonly CanonicalField[]): Bytes {
  const bytes = canonicalBytes(label, fields);
  if (bytes === null) throw new RangeError('facts of a linking that were not checked');
  return sha256(bytes);
}
