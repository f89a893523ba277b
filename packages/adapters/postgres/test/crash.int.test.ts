import {
  AdapterFailure,
  type Append,
  type AppendOutcome,
  type ConversationLog,
} from '@sealpost/domain';
import { aConversationId, aFoundingAppend, aMessageAppend, many } from '@sealpost/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const wide = { entries: 10_000, bytes: 1 << 24 };
let fresh: FreshStores;
let log: ConversationLog;

beforeEach(async () => {
  fresh = await shelf.open(4);
  log = fresh.stores.log;
});
afterEach(() => fresh.dispose());

async function conversations(count: number): Promise<string[]> {
  const ids = many(count, aConversationId);
  await log.append(ids.map((conversation) => aFoundingAppend({ conversation })));
  return ids;
}

/** Gives the same batch again until it is answered, as a process does whose connection breaks. */
async function untilAnswered(
  batch: readonly Append[],
): Promise<{ outcomes: readonly AppendOutcome[]; broken: number }> {
  for (let broken = 0; ; broken++) {
    try {
      return { outcomes: await log.append(batch), broken };
    } catch (error) {
      if (!(error instanceof AdapterFailure) || !error.retryable) throw error;
    }
  }
}

describe('a connection that is killed in the middle of a flush', () => {
  for (const size of [1, 5]) {
    it(`fails the flush of ${size} as a whole, which can be given again`, async () => {
      const [conversation = ''] = await conversations(1);
      const batch = many(size, () => aMessageAppend(1, { conversation }));
      await server.admin.query(`BEGIN; SELECT FROM ${fresh.schema}.heads FOR UPDATE`);
      const failed = log.append(batch).catch((error: unknown) => error);
      const [{ pid }] = await eventually(() =>
        server.rows<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '${fresh.schema}'`,
        ),
      );
      await server.rows(`SELECT pg_terminate_backend(${pid})`);
      expect(await failed).toMatchObject({
        name: 'AdapterFailure',
        retryable: true,
        detail: '57P01',
      });
      await server.admin.query('ROLLBACK');
      expect((await log.page(conversation, 0, wide))?.head.seq).toBe(1);
      expect(await log.append(batch)).toMatchObject(
        batch.map((_, index) => ({ code: 'appended', seq: 2 + index })),
      );
    });
  }

  it('costs no entry and doubles none, whenever it happens (G1, G2, G4)', async () => {
    const ids = await conversations(3);
    let kills = 0;
    let over = false;
    const killer = (async (): Promise<void> => {
      while (!over) {
        const { rows } = await server.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = '${fresh.schema}' AND state = 'active' AND random() < 0.5`,
        );
        kills += rows.length;
      }
    })();
    const sent = new Map<string, AppendOutcome>();
    let broken = 0;
    await Promise.all(
      many(4, async (writer) => {
        for (let round = 0; kills < 50 && round < 5_000; round++) {
          const batch = many(1 + ((round + writer) % 4), (index) =>
            aMessageAppend(1, { conversation: ids[(writer + index) % ids.length] ?? '' }),
          );
          const answer = await untilAnswered(batch);
          broken += answer.broken;
          batch.forEach(({ draft }, index) =>
            sent.set(draft.clientId, answer.outcomes[index] ?? { code: 'stale' }),
          );
        }
      }),
    );
    over = true;
    await killer;
    expect(broken).toBeGreaterThan(10);

    const stored = new Map<string, number>();
    for (const conversation of ids) {
      const page = await log.page(conversation, 0, wide);
      expect(page?.entries.map(({ seq }) => seq)).toEqual(
        many(page?.head.seq ?? 0, (index) => index + 1),
      );
      for (const { clientId, seq } of page?.entries.slice(1) ?? []) stored.set(clientId, seq);
    }
    expect(stored.size).toBe(sent.size);
    for (const [clientId, outcome] of sent)
      expect(outcome).toMatchObject({ seq: stored.get(clientId) });
  });
});
