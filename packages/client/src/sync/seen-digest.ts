import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalBytes, type WireEntry } from '@sealpost/protocol';

/** Whether the entry brings new keys: then everybody who has them has seen it, whatever they saw before. */
const beginsAnew = ({ change }: WireEntry): boolean => change !== null && change.mode !== null;

/**
 * SHA-256 over what every member is shown alike of this entry and of all before it, back to the change that brought the
 * keys in force: where each stands, whose it is, and its part for all. The next message refers to it. The digests that
 * come with entries will not do: the server could show two members different entries under one digest, and what a
 * device needs to work them out is not all given to it.
 *
 * `before` is that of the entry before; null: unknown, since this device was not given it. Then this one is unknown too,
 * until the next change of keys.
 */
export function seenDigest(entry: WireEntry, before: Uint8Array | null): Uint8Array | null {
  const begins = beginsAnew(entry);
  if (!begins && before === null) return null;
  const { conversation, seq, generation, epoch, kind, sender, clientId, parts } = entry;
  const where = [conversation, seq, generation, epoch];
  const what = [kind, entry.class, sender.account, sender.device, clientId];
  const all = parts.flatMap(({ audience, bytes }) => (audience === 'all' ? [bytes] : []));
  const chain = begins || before === null ? [] : [before];
  const bytes = canonicalBytes('sealpost/seen/1', [...where, ...what, ...all, ...chain]);
  return bytes && sha256(bytes);
}
