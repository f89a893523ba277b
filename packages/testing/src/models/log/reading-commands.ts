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
  { entries }: ModelLog,
  after: number,
  limit: { entries: number; bytes: number },
): number {
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
      log.seen += await read(model, real, [conversation, log.seen], limit);
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

async function expectLoaded(log: ModelLog, id: ConversationId, real: RealLog): Promise<void> {
  const loaded = await real.log.load(id);
  const { snapshot } = log;
  const expected = {
    snapshot: snapshot === null ? null : { version: snapshot, state: `state at ${snapshot}` },
    changes: log.changes().filter((seq) => seq > (snapshot ?? 0)),
    head: log.head(),
  };
  const told = loaded && { ...loaded, changes: loaded.changes.map(({ seq }) => seq) };
  expect(told).toEqual(log.entries.length > 0 ? expected : null);
}

/** Loads what the state is folded from. */
export const load = conversations.map((conversation) =>
  command<LogModel, RealLog>(`load(${conversation})`, (model, real) =>
    expectLoaded(model.log(conversation), real.id(conversation), real),
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
