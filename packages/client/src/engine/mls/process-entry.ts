import { sameDevice } from '../device-ref.ts';
import type { DeviceRef, IncomingEntry, Processed, Records, Step } from '../engine.port.ts';
import type { EpochCache } from './epoch-cache.ts';
import { loadGroup, type Member } from './group-record.ts';
import { processCommit } from './process-commit.ts';
import { processMessage } from './process-message.ts';
import { processOwn } from './process-own.ts';
import { processWelcome } from './process-welcome.ts';
import { undecryptable } from './undecryptable.ts';

export async function processEntry(
  records: Records,
  cache: EpochCache,
  self: DeviceRef,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const group = await loadGroup(records, cache, entry.conversation);
  if (group && entry.seq <= group.seq) return { result: { kind: 'duplicate' }, writes: new Map() };
  if (sameDevice(entry.sender, self)) return processOwn(records, group, entry);
  const keys = group?.generation === entry.generation ? group.keys : null;
  if (group && keys) return processMember(records, self, { ...group, keys }, entry);
  if (group && entry.generation < group.generation) return undecryptable('no_session', 'ignore');
  if (entry.kind === 'message') return undecryptable('no_session', 'rejoin');
  return processWelcome(records, self, entry);
}

async function processMember(
  records: Records,
  self: DeviceRef,
  group: Member,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  if (entry.kind === 'message') return processMessage(records, group, entry);
  const processed = await processCommit(records, group, entry);
  // A device that is removed may be brought back in the same commit; the library then takes the new leaf for ours.
  const { result } = processed;
  const isCutOff =
    (result.kind === 'commit' && result.self === 'removed') ||
    (result.kind === 'undecryptable' && result.reason === 'fork');
  const joined = isCutOff ? await processWelcome(records, self, entry) : null;
  return joined?.result.kind === 'joined' ? joined : processed;
}
