import type { ConversationState, Interval, Role } from './conversation.ts';

/**
 * Raised whenever the form changes; states of another version are folded anew from the log. What is at a floor has
 * nothing below it to be folded from: whoever raises this keeps reading the earlier forms.
 */
const version = 1;

type Spans = readonly (readonly [number, number | null])[];
interface Stored {
  readonly v: number;
  readonly state: Omit<ConversationState, 'members' | 'devices' | 'owed'>;
  readonly members: readonly (readonly [string, Role | null, Spans])[];
  readonly devices: readonly (readonly [string, string, Spans])[];
  readonly owed: readonly string[];
}

const pack = (intervals: readonly Interval[]): Spans =>
  intervals.map(({ from, to }) => [from, to] as const);
const unpack = (spans: Spans): readonly Interval[] => spans.map(([from, to]) => ({ from, to }));

/** The state as text for `ConversationLog.saveSnapshot`. */
export function encodeState({ members, devices, owed, ...state }: ConversationState): string {
  const stored: Stored = {
    v: version,
    state,
    members: [...members].map(
      ([account, member]) => [account, member.role, pack(member.intervals)] as const,
    ),
    devices: [...devices].map(
      ([device, keyed]) => [device, keyed.account, pack(keyed.spans)] as const,
    ),
    owed: [...owed],
  };
  return JSON.stringify(stored);
}

/** Null when the text is of another version. */
export function decodeState(text: string): ConversationState | null {
  const stored = JSON.parse(text) as Stored;
  if (stored.v !== version) return null;
  return {
    ...stored.state,
    members: new Map(
      stored.members.map(([account, role, spans]) => [account, { role, intervals: unpack(spans) }]),
    ),
    devices: new Map(
      stored.devices.map(([device, account, spans]) => [device, { account, spans: unpack(spans) }]),
    ),
    owed: new Set(stored.owed),
  };
}
