import fc from 'fast-check';
import { expect } from 'vitest';
import type { ConversationId, LogPage, Timestamp } from '@sealpost/domain';
import { anInstant } from '../../builders/ids.ts';
import { command } from '../command.ts';
import type { LogModel, ModelLog } from './log-model.ts';
import type { RealLog } from './real-log.ts';

const conversations = fc.nat({ max: 1 });

/** How many entries after a place fit: at most so many, ending with the one by which the bytes are reached. */
function countAfter(
  { entries, floor }: ModelLog,
  after: number,
  limit: { entries: number; bytes: number },
): number {
  if (after < floor) return 0;
  let bytes = 0;
  let count = 0;
  for (const entry of entries.slice(after, after + limit.entries)) {
    count += 1;
    bytes += entry.bytes * entry.audiences.length;
    if (bytes >= limit.bytes) break;
  }
  return count;
}

function expectPage(page: LogPage | null, log: ModelLog, after: number, count: number): void {
  if (log.entries.length === 0) {
    expect(page).toBeNull();
    return;
  }
  expect(page?.head).toEqual(log.head());
  const told = page?.entries.map(({ seq, loud, acceptedAt, kind, sender, clientId, parts }) => ({
    ...{ seq, loud, acceptedAt, kind, clientId, device: sender.device },
    audiences: parts.map(({ audience }) => audience),
  }));
  const expected = log.entries.slice(after, after + count).map((entry, index) => {
    const { acceptedAt, kind, device, clientId, audiences } = entry;
    const seq = after + index + 1;
    return { seq, loud: log.loudUpTo(seq), acceptedAt, kind, clientId, device, audiences };
  });
  expect(told).toEqual(expected);
}

type Limit = { readonly entries: number; readonly bytes: number };
const limits: fc.Arbitrary<Limit> = fc.record({
  entries: fc.integer({ min: 1, max: 5 }),
  bytes: fc.nat({ max: 40 }),
});

async function read(
  model: LogModel,
  real: RealLog,
  place: number[],
  limit: Limit,
): Promise<number> {
  const [conversation = 0, after = 0] = place;
  const log = model.log(conversation);
  const count = countAfter(log, after, limit);
  expectPage(await real.log.page(real.id(conversation), after, limit), log, after, count);
  return count;
}

/** Reads on from where the reader was: never an entry twice, never one missed. */
export const readOn = fc.tuple(conversations, limits).map(([conversation, limit]) =>
  command<LogModel, RealLog>(
    `readOn(${conversation}, ${JSON.stringify(limit)})`,
    async (model, real) => {
      const log = model.log(conversation);
      const count = await read(model, real, [conversation, log.seen], limit);
      log.seen = Math.max(log.seen + count, log.floor);
    },
  ),
);

/** Reads after any place, beyond the head too. */
export const readAfter = fc
  .tuple(conversations, fc.nat({ max: 30 }), limits)
  .map(([conversation, after, limit]) =>
    command<LogModel, RealLog>(
      `readAfter(${conversation}, ${after}, ${JSON.stringify(limit)})`,
      async (model, real) => {
        await read(model, real, [conversation, after], limit);
      },
    ),
  );

async function expectLoaded(
  log: ModelLog,
  id: ConversationId,
  real: RealLog,
  from: 'newest' | 'floor',
): Promise<void> {
  const loaded = await real.log.load(id, from);
  const snapshot = from === 'floor' ? log.base : log.snapshot;
  const expected = {
    snapshot: snapshot === null ? null : { version: snapshot, state: `state at ${snapshot}` },
    changes: log.changes().filter((seq) => seq > (snapshot ?? 0)),
    head: log.head(),
  };
  const told = loaded && { ...loaded, changes: loaded.changes.map(({ seq }) => seq) };
  expect(told).toEqual(log.entries.length > 0 ? expected : null);
}

/** Loads what the state is folded from. */
export const load = fc
  .tuple(conversations, fc.constantFrom('newest', 'floor'))
  .map(([conversation, from]) =>
    command<LogModel, RealLog>(`load(${conversation}, ${from})`, (model, real) =>
      expectLoaded(model.log(conversation), real.id(conversation), real, from),
    ),
  );

async function expectEntry(
  log: ModelLog,
  id: ConversationId,
  seq: number,
  real: RealLog,
): Promise<void> {
  const told = await real.log.entry(id, seq);
  const { clientId, audiences } = (log.has(seq) && log.entries[seq - 1]) || {};
  expect(told?.clientId).toBe(clientId);
  expect(told?.parts.map(({ audience }) => audience)).toEqual(audiences);
}

/** Reads one entry, also one that was cut, and beyond the head. */
export const entry = fc
  .tuple(conversations, fc.integer({ min: 1, max: 30 }))
  .map(([conversation, seq]) =>
    command<LogModel, RealLog>(`entry(${conversation}, ${seq})`, (model, real) =>
      expectEntry(model.log(conversation), real.id(conversation), seq, real),
    ),
  );

async function expectExpiring(
  model: LogModel,
  real: RealLog,
  before: Timestamp,
  entries: number,
): Promise<void> {
  const expected = real.ids.flatMap((conversation, index) => {
    const log = model.log(index);
    const oldest = log.entries.slice(log.floor, log.floor + entries);
    const last = oldest.findLastIndex(({ acceptedAt }) => acceptedAt < before);
    const isOpen = log.tenure.state === 'open';
    return last < 0 || !isOpen ? [] : [{ conversation, floor: log.floor + last + 1 }];
  });
  const told = [];
  let after: ConversationId | null = null;
  do {
    const page = await real.log.expiring(before, { after, conversations: 1, entries });
    told.push(...page.found);
    after = page.next;
  } while (after !== null);
  expect(told).toEqual(expected.toSorted((a, b) => (a.conversation < b.conversation ? -1 : 1)));
}

/** Looks for what was accepted before an instant, one conversation at a time. */
export const expiring = fc
  .tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 4 }))
  .map(([beforeMs, entries]) =>
    command<LogModel, RealLog>(`expiring(${beforeMs}, ${entries})`, (model, real) =>
      expectExpiring(model, real, anInstant + beforeMs, entries),
    ),
  );

async function expectHeads(model: LogModel, real: RealLog, since: Timestamp): Promise<void> {
  const begun = real.ids.filter((_, index) => model.log(index).entries.length > 0);
  const all = await real.log.heads([...real.ids, 'no conversation of the model']);
  expect(all).toEqual(new Map(begun.map((id) => [id, model.log(real.ids.indexOf(id)).head()])));
  const moved = [...(await real.log.movedSince(since, 100)).entries()];
  const expected = [...all].filter(([, { acceptedAt }]) => acceptedAt >= since);
  expect(new Map(moved)).toEqual(new Map(expected));
  const times = moved.map(([, { acceptedAt }]) => acceptedAt);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
}

export const heads = fc
  .nat({ max: 20 })
  .map((sinceMs) =>
    command<LogModel, RealLog>(`heads(${sinceMs})`, (model, real) =>
      expectHeads(model, real, anInstant + sinceMs),
    ),
  );

interface Send {
  readonly conversation: number;
  readonly device: string;
  readonly send: number;
}

async function expectFound(
  model: LogModel,
  real: RealLog,
  { conversation, device, send }: Send,
): Promise<void> {
  const clientId = `send ${send}`;
  const found = await real.log.find(real.id(conversation), device, clientId);
  expect(found?.seq ?? null).toBe(model.log(conversation).seqOf(device, clientId));
}

/** Looks for a send that was given before, or not. */
export const find = fc
  .record<Send>({
    conversation: conversations,
    device: fc.constantFrom('phone', 'laptop'),
    send: fc.nat({ max: 24 }),
  })
  .map((send) =>
    command<LogModel, RealLog>(`find(${JSON.stringify(send)})`, (model, real) =>
      expectFound(model, real, send),
    ),
  );
