import { plainRef } from '../device-ref.ts';
import type { IncomingEntry, Processed, Step } from '../engine.port.ts';
import { writeRatchets, type Group } from './group-record.ts';
import { MAX_PART_BYTES } from './limits.ts';
import { openSealed } from './open-sealed.ts';
import { partForAll } from './parts.ts';
import type { Epoch } from './ts-mls.ts';
import { undecryptable } from './undecryptable.ts';

export async function processMessage(
  group: Group & { readonly keys: Epoch },
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
  const opened = await openSealed(group.keys, message, bound);
  if (!opened.ok) {
    return undecryptable(opened.reason, opened.reason === 'fork' ? 'rejoin' : 'ignore');
  }
  const { plaintext, parent, keys } = opened;
  return {
    result: { kind: 'message', sender: plainRef(sender), plaintext, parent },
    writes: writeRatchets(conversation, { seq, keys }),
  };
}
