import type { ConversationState, Interval } from '../conversation/conversation.ts';
import type { AccountId, DeviceId, Seq } from '../shared/ids.ts';
import type { Part } from './entry.ts';

export type GapReason = 'not_member' | 'before_device' | 'expired' | 'restored';

/** Entries that a device is not given, announced instead. */
export interface Gap {
  readonly from: Seq;
  readonly to: Seq;
  readonly reason: GapReason;
}

export type Stretch =
  | { readonly kind: 'readable'; readonly from: Seq; readonly to: Seq }
  | ({ readonly kind: 'gap' } & Gap);

const holds = (intervals: readonly Interval[], seq: Seq): boolean =>
  intervals.some(({ from, to }) => from <= seq && (to === null || seq <= to));

/** Whether the account was a member at entry `seq`: from the entry that added it to the one that removed it. */
export const isMemberAt = (state: ConversationState, account: AccountId, seq: Seq): boolean =>
  holds(state.members.get(account)?.intervals ?? [], seq);

/** Whether the device may have entry `seq` (G5, G6): its account is a member then, and it is in the keys by then. */
export function isReadable(
  state: ConversationState,
  account: AccountId,
  device: DeviceId,
  seq: Seq,
): boolean {
  const keyed = state.devices.get(device);
  return keyed?.account === account && holds(keyed.spans, seq) && isMemberAt(state, account, seq);
}

/** The last number that concerns an account: `head` for a member, else the entry that removed it. Null: never a member. */
export function endFor(state: ConversationState, account: AccountId, head: Seq): Seq | null {
  const last = state.members.get(account)?.intervals.at(-1);
  return last ? (last.to ?? head) : null;
}

/** Until where it stays as it is at `seq`: within one of the intervals, or between two. */
function unchangedUntil(intervals: readonly Interval[], seq: Seq): Seq {
  const next = intervals.find(({ to }) => to === null || seq <= to);
  if (!next) return Infinity;
  return next.from > seq ? next.from - 1 : (next.to ?? Infinity);
}

function stretchAt(
  state: ConversationState,
  account: AccountId,
  device: DeviceId,
  from: Seq,
  end: Seq,
): Stretch {
  const members = state.members.get(account)?.intervals ?? [];
  const spans = state.devices.get(device)?.spans ?? [];
  const to = Math.min(end, unchangedUntil(members, from), unchangedUntil(spans, from));
  if (isReadable(state, account, device, from)) return { kind: 'readable', from, to };
  const reason = holds(members, from) ? 'before_device' : 'not_member';
  return { kind: 'gap', from, to, reason };
}

const alike = (a: Stretch, b: Stretch): boolean =>
  a.kind === b.kind && (a.kind === 'readable' || b.kind === 'readable' || a.reason === b.reason);

/**
 * Cuts the entries after `after` up to `to`, which may be Infinity, into what a device is given and what is announced
 * as gaps; neighbours always differ. One by one, since an account that came and went often has any number of them.
 */
export function* stretches(
  state: ConversationState,
  account: AccountId,
  device: DeviceId,
  after: Seq,
  to: Seq,
): Generator<Stretch, undefined> {
  if (after >= to) return;
  let last = stretchAt(state, account, device, after + 1, to);
  while (last.to < to) {
    const next = stretchAt(state, account, device, last.to + 1, to);
    if (alike(last, next)) last = { ...last, to: next.to };
    else {
      yield last;
      last = next;
    }
  }
  yield last;
}

/**
 * The parts of an entry that a device is given; null: a device that no part names. Parts for joiners are handed out by
 * themselves, never with the entry.
 */
export const partsFor = (parts: readonly Part[], device: DeviceId | null): Part[] =>
  parts.filter(
    ({ audience }) =>
      audience === 'all' ||
      (audience !== 'joiners' && device !== null && audience.includes(device)),
  );
