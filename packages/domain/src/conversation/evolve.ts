import type { EntryEnvelope } from '../log/entry.ts';
import { assert } from '../shared/assert.ts';
import type { AccountId, DeviceId, DeviceRef, Seq } from '../shared/ids.ts';
import {
  type Change,
  type ConversationState,
  type Interval,
  isOpen,
  type KeyedDevice,
  type Member,
} from './conversation.ts';
import { noPace, quickened } from './pace.ts';

const opened = (intervals: readonly Interval[], from: Seq): readonly Interval[] =>
  isOpen(intervals.at(-1)) ? intervals : [...intervals, { from, to: null }];

const closed = (intervals: readonly Interval[], to: Seq): readonly Interval[] =>
  intervals.map((interval) => (isOpen(interval) ? { from: interval.from, to } : interval));

function evolveMembers(
  before: ReadonlyMap<AccountId, Member>,
  change: Change,
  seq: Seq,
): ReadonlyMap<AccountId, Member> {
  const members = new Map(before);
  for (const account of change.removeMembers) {
    const member = members.get(account);
    if (member) members.set(account, { role: null, intervals: closed(member.intervals, seq) });
  }
  for (const { account, role } of change.addMembers) {
    members.set(account, { role, intervals: opened(members.get(account)?.intervals ?? [], seq) });
  }
  for (const { account, role } of change.setRoles) {
    const member = members.get(account);
    if (member && member.role !== null) members.set(account, { ...member, role });
  }
  return members;
}

function evolveDevices(
  before: ReadonlyMap<DeviceId, KeyedDevice>,
  change: Change,
  seq: Seq,
): ReadonlyMap<DeviceId, KeyedDevice> {
  const devices = new Map(before);
  const close = (device: DeviceId): void => {
    const keyed = devices.get(device);
    if (keyed) devices.set(device, { ...keyed, spans: closed(keyed.spans, seq) });
  };
  // A new group of keys holds exactly the devices that it adds.
  if (change.mode === 'found') for (const device of before.keys()) close(device);
  for (const { device } of change.removeDevices) close(device);
  for (const { account, device } of change.addDevices) {
    devices.set(device, { account, spans: opened(devices.get(device)?.spans ?? [], seq) });
  }
  return devices;
}

function evolveOwed(before: ConversationState | null, change: Change): ReadonlySet<DeviceId> {
  if (!before || change.mode === 'found') return new Set();
  const owed = new Set(before.owed);
  for (const { device } of change.removeDevices) owed.delete(device);
  if (change.mode !== null) return owed;
  const gone = new Set(change.removeMembers);
  for (const [device, keyed] of before.devices) {
    if (isOpen(keyed.spans.at(-1)) && gone.has(keyed.account)) owed.add(device);
  }
  for (const { device } of change.revokeDevices) {
    if (isOpen(before.devices.get(device)?.spans.at(-1))) owed.add(device);
  }
  return owed;
}

/** Whether a commit only pays what was owed: such commits never wait and do not make others wait. */
export function onlyOwedRemovals(owed: ReadonlySet<DeviceId>, change: Change): boolean {
  const others =
    change.addMembers.length +
    change.removeMembers.length +
    change.setRoles.length +
    change.addDevices.length;
  return (
    change.mode === 'member' &&
    others === 0 &&
    change.removeDevices.length > 0 &&
    change.removeDevices.every(({ device }: DeviceRef) => owed.has(device))
  );
}

/** The state after one more entry. Total: whatever is in a log was accepted, and is folded without judging it again. */
export function evolve(before: ConversationState | null, entry: EntryEnvelope): ConversationState {
  const { change, seq } = entry;
  if (change === null) {
    assert(before !== null, 'a log begins with its founding entry');
    return before;
  }
  const founding = change.founding ?? before;
  assert(founding !== null, 'a log begins with its founding entry');
  const isCommit = change.mode !== null;
  const pays = before !== null && onlyOwedRemovals(before.owed, change);
  return {
    id: entry.conversation,
    kind: founding.kind,
    suite: founding.suite,
    generation: entry.generation,
    epoch: entry.epoch,
    version: seq,
    lastCommit: isCommit ? seq : (before?.lastCommit ?? seq),
    members: evolveMembers(before?.members ?? new Map(), change, seq),
    devices: evolveDevices(before?.devices ?? new Map(), change, seq),
    owed: evolveOwed(before, change),
    pace:
      isCommit && !pays
        ? quickened(before?.pace ?? noPace, entry.acceptedAt)
        : (before?.pace ?? noPace),
  };
}

/** Folds entries onto a state; those that it covers already change nothing. */
export const fold = (
  from: ConversationState | null,
  entries: readonly EntryEnvelope[],
): ConversationState | null =>
  entries.reduce<ConversationState | null>(
    (state, entry) =>
      state !== null && entry.seq <= state.version
        ? state
        : entry.change === null && state === null
          ? state
          : evolve(state, entry),
    from,
  );
