import type { Append, AppendOutcome, ConversationLog } from '@sealpost/domain';
import { aConversationId, aFoundingAppend, aMessageAppend, many } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import type { Document } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { connectMongo } from '../src/index.ts';
import { denseNumbers } from './support/dense-numbers.ts';
import { needsAnswer } from './support/needs-answer.ts';
import { OtherMembers } from './support/other-members.ts';
import { everythingAsked } from './support/recorded-commands.ts';
import { TestServer, type FreshHistory } from './support/test-server.ts';

const testCommands = await needsAnswer(
  'mongodbTestCommands',
  { configureFailPoint: 'stopReplProducer', mode: 'off' },
  () => true,
);

/** All stages of a plan, of every shard. */
const stagesOf = (plan: unknown): readonly string[] =>
  typeof plan !== 'object' || plan === null
    ? []
    : Object.entries(plan).flatMap(([name, value]) => [
        ...(name === 'stage' ? [String(value)] : []),
        ...stagesOf(value),
      ]);

/** Sends it until it is answered. */
async function appended(log: ConversationLog, append: Append): Promise<AppendOutcome> {
  for (;;) {
    const [outcome] = await log.append([append]).catch(() => []);
    if (outcome) return outcome;
  }
}

/** Sends a second entry that the primary stores and no other member; it is neither acknowledged nor shown. */
async function sentToPrimaryAlone(fresh: FreshHistory, message: Append): Promise<void> {
  const { url, database, db, history } = fresh;
  const { conversation } = message.draft;
  const hurried = connectMongo({ url, database, operationTimeoutMs: 2_000 });
  await expect(hurried.log.append([message])).rejects.toMatchObject({
    name: 'AdapterFailure',
    retryable: true,
  });
  await hurried.stop();
  const local = { readConcern: { level: 'local' } } as const;
  expect(await db.collection('entries').countDocuments({ conversation }, local)).toBe(2);
  expect((await denseNumbers(history.log, conversation)).size).toBe(1);
}

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
        const outcome = await appended(history.log, message);
        if ('seq' in outcome) acknowledged.set(message.draft.clientId, outcome.seq);
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
    const stored = await denseNumbers(history.log, conversation);
    for (const [clientId, seq] of acknowledged) expect(stored.get(clientId)).toBe(seq);
    await dispose();
  }, 180_000);

  /*
   * A client can keep the other members from writing; what they copied meanwhile they write afterwards. It can have another
   * one elected, which first fetches what the old primary has. So without test commands it cannot force a rollback.
   */
  it('neither acknowledges nor shows what the primary alone has (G1, G4)', async () => {
    const fresh = await server.fresh();
    const { log } = fresh.history;
    const conversation = aConversationId();
    const message = aMessageAppend(1, { conversation });
    await log.append([aFoundingAppend({ conversation })]);
    const others = await OtherMembers.of(fresh.url, fresh.db);
    try {
      await others.lock();
      await sentToPrimaryAlone(fresh, message);
    } finally {
      await others.close();
    }
    expect(await appended(log, message)).toMatchObject({ seq: 2 });
    expect((await denseNumbers(log, conversation)).size).toBe(2);
    await fresh.dispose();
  }, 120_000);
});

describe('a primary of MongoDB that was cut off', testCommands, () => {
  const server = TestServer.forTheseTests();

  it('loses what no majority had, and nothing that was acknowledged (G1, G2, G4)', async () => {
    const fresh = await server.fresh();
    const { log } = fresh.history;
    const conversation = aConversationId();
    const [founding, lost, next] = [
      aFoundingAppend({ conversation }),
      aMessageAppend(1, { conversation }),
      aMessageAppend(1, { conversation }),
    ];
    await log.append([founding]);
    const others = await OtherMembers.of(fresh.url, fresh.db);
    try {
      await others.stopCopying();
      await sentToPrimaryAlone(fresh, lost);
      await others.takeOver();
    } finally {
      await others.close();
    }
    expect(await appended(log, next)).toMatchObject({ seq: 2 });
    expect(await appended(log, lost)).toMatchObject({ code: 'appended', seq: 3 });
    expect([...(await denseNumbers(log, conversation)).keys()]).toEqual(
      [founding, next, lost].map(({ draft }) => draft.clientId),
    );
    await fresh.dispose();
  }, 180_000);
});
