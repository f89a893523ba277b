import type { IncomingEntry, Processed, Records, Step } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { loadStaged, type Member, ratcheted, type StoredGroup } from './group-record.ts';
import { MAX_PART_BYTES } from './limits.ts';
import { partForAll } from './parts.ts';
import { ownLeafOf, viewSender } from './ts-mls.ts';
import { undecryptable } from './undecryptable.ts';

/**
 * An entry that says that this device sent it. The SDK knows its own entries and settles them; one that gets here it
 * does not know. If our records could have made it, it was handed in by mistake. If they could not, they are an older
 * copy: the keys that they would use next were used already, and this device has to come in anew.
 */
export async function processOwn(
  records: Records,
  group: StoredGroup | null,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const staged = await loadStaged(records, entry.conversation);
  if (staged?.clientId === entry.clientId) return undecryptable('consumed', 'ignore');
  if (!group) return undecryptable('no_session', 'rejoin');
  const isAhead = entry.generation > group.generation || entry.epoch > group.epoch;
  const isBehind = entry.generation < group.generation || entry.epoch < group.epoch;
  if (isAhead) return undecryptable('consumed', 'rejoin');
  if (isBehind || entry.kind !== 'message' || !group.keys) {
    return undecryptable('consumed', 'ignore');
  }
  const member: Member = { ...group, keys: group.keys };
  const keys = await ratcheted(records, member, [ownLeafOf(group.keys)]);
  const message = await partForAll(entry, MAX_PART_BYTES);
  const sealed = message?.wireformat === 'mls_private_message' ? message : null;
  const view = sealed && (await attempt(() => viewSender(keys, sealed)));
  if (!view || view.leaf !== ownLeafOf(keys)) return undecryptable('bad_auth', 'ignore');
  return undecryptable('consumed', view.generation >= view.awaited ? 'rejoin' : 'ignore');
}
