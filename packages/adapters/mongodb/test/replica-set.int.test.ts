import { aConversationId, aFoundingAppend, aMessageAppend, many } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import type { Document } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { everythingAsked } from './support/recorded-commands.ts';
import { TestServer } from './support/test-server.ts';

/** All stages of a plan, of every shard. */
const stagesOf = (plan: unknown): readonly string[] =>
  typeof plan !== 'object' || plan === null
    ? []
    : Object.entries(plan).flatMap(([name, value]) => [
        ...(name === 'stage' ? [String(value)] : []),
        ...stagesOf(value),
      ]);

describe('what only a replica set of MongoDB shows', needs('mongodbReplicaSet'), () => {
  const server = TestServer.forTheseTests();

  it('reads no collection from end to end', async () => {
    const fresh = await server.fresh();
    for (const { collection, filter, sort } of await everythingAsked(fresh)) {
      const find = fresh.db.collection(collection).find(filter).sort(sort);
      const { queryPlanner }: Document = await find.explain('queryPlanner');
      expect(stagesOf(queryPlanner)).not.toContain('COLLSCAN');
    }
    await fresh.dispose();
  });

  it('lets no address weaken what is acknowledged', async () => {
    const { history, dispose } = await server.fresh();
    expect(await history.examine()).toEqual([]);
    await dispose();
  });

  it('keeps every acknowledged entry over elections (G1, G2, G4)', async () => {
    const { db, history, dispose } = await server.fresh();
    const conversation = aConversationId();
    await history.log.append([aFoundingAppend({ conversation })]);
    const acknowledged = new Map<string, number>();
    let isOver = false;
    const writers = many(4, async () => {
      while (!isOver) {
        const message = aMessageAppend(1, { conversation });
        for (let outcome; outcome === undefined;) {
          [outcome] = await history.log.append([message]).catch(() => []);
          if (outcome && 'seq' in outcome) acknowledged.set(message.draft.clientId, outcome.seq);
        }
      }
    });
    for (let election = 0; election < 2; election++) {
      const due = acknowledged.size + 50;
      await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(due);
      // Its connection ends with the primary's time.
      await db
        .admin()
        .command({ replSetStepDown: 15, force: true })
        .catch(() => undefined);
    }
    isOver = true;
    await Promise.all(writers);
    const { entries = [] } =
      (await history.log.page(conversation, 0, { entries: 1 << 20, bytes: 1 << 30 })) ?? {};
    expect(entries.map(({ seq }) => seq)).toEqual(many(entries.length, (index) => index + 1));
    const stored = new Map(entries.map(({ clientId, seq }) => [clientId, seq]));
    expect(stored.size).toBe(entries.length);
    for (const [clientId, seq] of acknowledged) expect(stored.get(clientId)).toBe(seq);
    await dispose();
  }, 180_000);
});
