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

/** Cuts the entries after `after` up to `to` into what a device is given and what is announced as gaps. */
export function stretches(
  state: ConversationState,
  account: AccountId,
  device: DeviceId,
  after: Seq,
  to: Seq,
): Stretch[] {
  const edges = new Set<Seq>([after + 1, to + 1]);
  const intervals = [
    ...(state.members.get(account)?.intervals ?? []),
    ...(state.devices.get(device)?.spans ?? []),
  ];
  for (const interval of intervals) {
    if (interval.from > after && interval.from <= to) edges.add(interval.from);
    if (interval.to !== null && interval.to >= after + 1 && interval.to < to)
      edges.add(interval.to + 1);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const out: Stretch[] = [];
  for (let i = 0; i + 1 < sorted.length; i++) {
    const [from, next] = [sorted[i] ?? 0, sorted[i + 1] ?? 0];
    const stretch: Stretch = isReadable(state, account, device, from)
      ? { kind: 'readable', from, to: next - 1 }
      : {
          kind: 'gap',
          from,
          to: next - 1,
          reason: isMemberAt(state, account, from) ? 'before_device' : 'not_member',
        };
    const last = out.at(-1);
    const same =
      last?.kind === stretch.kind &&
      (last.kind !== 'gap' || stretch.kind !== 'gap' || last.reason === stretch.reason);
    if (last && same) out[out.length - 1] = { ...last, to: stretch.to };
    else out.push(stretch);
  }
  return out;
}

/** The parts of an entry that a device is given. Parts for joiners are handed out by themselves, never with the entry. */
export const partsFor = (parts: readonly Part[], device: DeviceId): Part[] =>
  parts.filter(
    ({ audience }) => audience === 'all' || (audience !== 'joiners' && audience.includes(device)),
  );
