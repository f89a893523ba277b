import { canonicalBytes } from '@sealpost/protocol';
import { concatBytes, sameBytes, sha256 } from './bytes.ts';
import { EngineMisuse, type Binding, type Bytes, type DeviceRef } from './engine.port.ts';

/** What a ciphertext is bound to, and what it is good for: one purpose's ciphertext never passes for another's. */
export interface Bound {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
  readonly sender: DeviceRef;
  readonly clientId: string;
  readonly purpose: 'loud' | 'quiet' | 'commit' | 'profile';
}

const VERSION = 1;
const DIGEST_BYTES = 32;
const HEAD_BYTES = 1 + DIGEST_BYTES;
const PARENT_BYTES = 8 + DIGEST_BYTES;

/**
 * The authenticated data of a ciphertext: a version byte, SHA-256 over the canonical form of `bound`, and the parent
 * (seq as u64 big-endian, digest) or nothing. The receiver has every field but the parent from the envelope, so a hash
 * is enough of them.
 */
export async function bindingBytes(bound: Bound, parent: Binding['parent']): Promise<Bytes> {
  const head = await headOf(bound);
  if (head === null) throw new EngineMisuse('unsupported', 'an id is not well-formed');
  if (parent === null) return head;
  if (parent.digest.length !== DIGEST_BYTES || !Number.isSafeInteger(parent.seq)) {
    throw new EngineMisuse('unsupported', 'the parent is not a position and a SHA-256');
  }
  const seq = new Uint8Array(8);
  new DataView(seq.buffer).setBigUint64(0, BigInt(parent.seq));
  return concatBytes(head, seq, parent.digest);
}

/** The parent, if `bytes` are the binding of `bound`; null if they are not. */
export async function readBinding(
  bytes: Bytes,
  bound: Bound,
): Promise<{ readonly parent: Binding['parent'] } | null> {
  const head = await headOf(bound);
  if (head === null || !sameBytes(bytes.subarray(0, HEAD_BYTES), head)) return null;
  if (bytes.length === HEAD_BYTES) return { parent: null };
  if (bytes.length !== HEAD_BYTES + PARENT_BYTES) return null;
  const seq = new DataView(bytes.buffer, bytes.byteOffset + HEAD_BYTES, 8).getBigUint64(0);
  if (seq > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return { parent: { seq: Number(seq), digest: bytes.slice(HEAD_BYTES + 8) } };
}

async function headOf(bound: Bound): Promise<Bytes | null> {
  const { conversation, generation, epoch, sender, clientId, purpose } = bound;
  const fields = [
    conversation,
    generation,
    epoch,
    sender.account,
    sender.device,
    clientId,
    purpose,
  ] as const;
  const canonical = canonicalBytes('sealpost/binding/1', fields);
  return canonical && concatBytes(Uint8Array.of(VERSION), await sha256(canonical));
}
