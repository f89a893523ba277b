import { plainRef } from '../device-ref.ts';
import type { IncomingEntry, Processed, Records, Step } from '../engine.port.ts';
import { type Member, moveRatchets, ratcheted } from './group-record.ts';
import { MAX_PART_BYTES } from './limits.ts';
import { openSealed } from './open-sealed.ts';
import { partForAll } from './parts.ts';
import { undecryptable } from './undecryptable.ts';

export async function processMessage(
  records: Records,
  group: Member,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const { conversation, generation, epoch, sender, clientId, seq } = entry;
  if (epoch > group.epoch) return undecryptable('fork', 'rejoin');
  const message = await partForAll(entry, MAX_PART_BYTES);
  const isSealed = message?.wireformat === 'mls_private_message';
  if (!isSealed || message.privateMessage.contentType !== 'application') {
    return undecryptable('malformed', 'ignore');
  }
  const bound = { conversation, generation, epoch, sender, clientId, purpose: entry.class };
  const keys = await ratcheted(records, group, group.known.leavesOf(sender));
  const opened = await openSealed(keys, message, bound);
  if (!opened.ok) {
    return undecryptable(opened.reason, opened.reason === 'fork' ? 'rejoin' : 'ignore');
  }
  const { plaintext, parent } = opened;
  return {
    result: { kind: 'message', sender: plainRef(sender), plaintext, parent },
    writes: moveRatchets(group, seq, opened.keys),
  };
}
