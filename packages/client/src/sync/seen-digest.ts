import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalBytes, type WireEntry } from '@sealpost/protocol';

/**
 * SHA-256 over what every member is shown of an entry alike: where it stands, whose it is, and its part for all. The
 * next message refers to it. The digest that comes with an entry will not do: the server could show two members
 * different entries under one digest, and the parts for single devices are not there to work it out again.
 */
export function seenDigest(entry: WireEntry): Uint8Array {
  const { conversation, seq, generation, epoch, kind, sender, clientId, parts } = entry;
  const all = parts.flatMap(({ audience, bytes }) => (audience === 'all' ? [bytes] : []));
  const head = [
    conversation,
    seq,
    generation,
    epoch,
    kind,
    sender.account,
    sender.device,
    clientId,
  ];
  const bytes = canonicalBytes('sealpost/seen/1', [...head, ...all]);
  // Ids that have no such form are taken by nobody's schema.
  return sha256(bytes ?? new Uint8Array());
}
