import type { Append, AppendOutcome } from '@sealpost/domain';
import { packBodies } from './packed-bodies.ts';
import { packInt4s, packInt8s, packSparseTexts, packTexts } from './packed-arrays.ts';
import type { Value } from './statement.ts';

/** Where a conversation stood before a flush. */
export interface BaseRow {
  readonly base_seq: number;
  readonly base_at: number;
  readonly base_loud: number;
}

/** What a flush adds to a conversation. */
interface Addition {
  readonly id: string;
  readonly basis: number;
  added: number;
  loud: number;
  latest: number;
  /** From 1, in the order of ids. */
  position: number;
}

/** A message, and what its conversation is given up to and with it. */
interface Placed {
  readonly item: Append;
  readonly to: Addition;
  readonly place: number;
  readonly loud: number;
  readonly time: number;
}

/** A flush of messages only, counted. */
export interface Messages {
  readonly conversations: readonly Addition[];
  readonly placed: readonly Placed[];
}

/** Null: not all of them are messages, or some of a conversation were decided on another version of it. */
export function messagesIn(batch: readonly Append[]): Messages | null {
  const additions = new Map<string, Addition>();
  const placed: Placed[] = [];
  for (const item of batch) {
    const { draft, parts, basis, now, supersedes } = item;
    if (draft.kind !== 'message' || draft.change !== null || basis <= 0 || supersedes !== null)
      return null;
    if (parts.some(({ audience }) => audience === 'joiners')) return null;
    const id = draft.conversation;
    const to = additions.get(id) ?? { id, basis, added: 0, loud: 0, latest: 0, position: 0 };
    if (to.basis !== basis) return null;
    if (to.added === 0) additions.set(id, to);
    to.added += 1;
    if (draft.class === 'loud') to.loud += 1;
    to.latest = Math.max(to.latest, now);
    placed.push({ item, to, place: to.added, loud: to.loud, time: to.latest });
  }
  const conversations = [...additions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  conversations.forEach((addition, index) => (addition.position = index + 1));
  return { conversations, placed };
}

/** Positions, from 1, of messages whose earlier send is not before them in the batch. */
function awaiting(placed: readonly Placed[]): number[] {
  if (placed.every(({ item }) => item.draft.after === null)) return [];
  const before = new Set<string>();
  const awaits: number[] = [];
  placed.forEach(({ item: { draft } }, index) => {
    const keyOf = (clientId: string): string =>
      JSON.stringify([draft.conversation, draft.sender.device, clientId]);
    if (draft.after !== null && !before.has(keyOf(draft.after))) awaits.push(index + 1);
    before.add(keyOf(draft.clientId));
  });
  return awaits;
}

/** The arguments of `append_messages`, in its order. */
export function appendMessagesArguments({ conversations, placed }: Messages): Value[] {
  const drafts = placed.map(({ item }) => item.draft);
  const bodies = packBodies(placed.map(({ item }) => item));
  const awaits = awaiting(placed);
  return [
    packTexts(conversations.map(({ id }) => id)),
    packInt8s(conversations.map(({ basis }) => basis)),
    packInt4s(conversations.map(({ added }) => added)),
    packInt4s(conversations.map(({ loud }) => loud)),
    packInt8s(conversations.map(({ latest }) => latest)),
    packInt4s(placed.map(({ to }) => to.position)),
    packInt4s(placed.map(({ place }) => place)),
    packInt4s(placed.map(({ loud }) => loud)),
    packInt8s(placed.map(({ time }) => time)),
    packInt8s(drafts.map(({ generation }) => generation)),
    packInt8s(drafts.map(({ epoch }) => epoch)),
    packTexts(drafts.map((draft) => draft.class)),
    packTexts(drafts.map(({ sender }) => sender.account)),
    packTexts(drafts.map(({ sender }) => sender.device)),
    packTexts(drafts.map(({ clientId }) => clientId)),
    packSparseTexts(drafts.map(({ after }) => after)),
    awaits.length === 0 ? null : packInt4s(awaits),
    packSparseTexts(drafts.map(({ blobs }) => (blobs.length === 0 ? null : JSON.stringify(blobs)))),
    packSparseTexts(bodies.layouts),
    packInt4s(bodies.offsets),
    packInt4s(bodies.digests),
    packInt4s(bodies.commons),
    bodies.bytes,
  ];
}

/** What became of the messages, of where their conversations stood; null: they are to be judged one by one. */
export function messageOutcomes(
  { conversations, placed }: Messages,
  bases: readonly BaseRow[],
): AppendOutcome[] | null {
  if (bases.length !== conversations.length) return null;
  return placed.map(({ to, place, loud, time }): AppendOutcome => {
    const base = bases[to.position - 1] as BaseRow;
    return {
      code: 'appended',
      seq: base.base_seq + place,
      acceptedAt: Math.max(base.base_at, time),
      loud: base.base_loud + loud,
    };
  });
}
