import {
  aConversationId,
  aFoundingAppend,
  aMessageAppend,
  anInstant,
  many,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { connectMongo } from '../src/index.ts';
import { eachAddress } from './support/addresses.ts';
import { denseNumbers } from './support/dense-numbers.ts';
import { needsAnswer } from './support/needs-answer.ts';
import { everythingAsked } from './support/recorded-commands.ts';
import { conversationsNamed, sweepOf } from './support/shard-key.ts';
import { TestServer } from './support/test-server.ts';
import { overTwoShards, shardsOf } from './support/two-shards.ts';

const cluster = await needsAnswer('mongodbSharded', { hello: 1 }, ({ msg }) => msg === 'isdbgrid');
/** Conversations that are on one shard, and on the other, when the second begins with `m`. */
const onEither = (count: number): readonly string[] =>
  many(count, (at) => `${at % 2 === 0 ? 'a' : 'z'} ${aConversationId()}`);

describe('what only a sharded cluster of MongoDB shows', cluster, () => {
  const server = TestServer.forTheseTests();

  it('tells an operator to shard both collections, until that is done', async () => {
    const { history, db, dispose } = await server.fresh();
    const codes = async () => (await history.examine()).map(({ code }) => code);
    expect(await codes()).toEqual(['mongodb_unsharded']);
    await overTwoShards(db, 'm');
    expect(await codes()).toEqual([]);
    await dispose();
  }, 60_000);

  it('asks one shard for what is of one conversation, and all of them only in a sweep', async () => {
    const fresh = await server.fresh();
    await overTwoShards(fresh.db, 'd');
    const asked = await everythingAsked(fresh);
    expect(asked.length).toBeGreaterThan(30);
    const tooMany: unknown[] = [];
    for (const each of asked) {
      const shards = await shardsOf(fresh.db, each);
      const most = conversationsNamed(each) ?? (sweepOf(each) === null ? 0 : 2);
      if (shards.length > most) tooMany.push({ ...each, shards });
    }
    expect(tooMany).toEqual([]);
    const sweep = asked.find((each) => sweepOf(each) === 'movedSince');
    expect(sweep && (await shardsOf(fresh.db, sweep))).toHaveLength(2);
    await fresh.dispose();
  }, 60_000);

  it('numbers entries densely and once, by whichever router and on whichever shard (G1, G2)', async () => {
    const { url, database, history, db, dispose } = await server.fresh();
    await overTwoShards(db, 'm');
    const conversations = onEither(2);
    await history.log.append(
      conversations.map((conversation) => aFoundingAppend({ conversation })),
    );
    const routers = eachAddress(url);
    const writers = many(4, (at) =>
      connectMongo({ url: routers[at % routers.length] ?? url, database }),
    );
    const acknowledged = new Map(conversations.map((each) => [each, new Map<string, number>()]));
    const write = async ({ log }: (typeof writers)[number]): Promise<void> => {
      for (let sent = 0; sent < 25; sent++) {
        const batch = conversations.map((conversation) => aMessageAppend(1, { conversation }));
        const outcomes = await log.append(batch);
        batch.forEach(({ draft: { conversation, clientId } }, at) => {
          const outcome = outcomes[at];
          if (outcome && 'seq' in outcome)
            acknowledged.get(conversation)?.set(clientId, outcome.seq);
        });
      }
    };
    await Promise.all(writers.map(write));
    for (const [conversation, numbers] of acknowledged) {
      const stored = await denseNumbers(history.log, conversation);
      expect(numbers.size).toBe(100);
      expect(stored.size).toBe(101);
      for (const [clientId, seq] of numbers) expect(stored.get(clientId)).toBe(seq);
    }
    const places = conversations.map((conversation) =>
      shardsOf(db, { collection: 'entries', filter: { conversation }, sort: {} }),
    );
    expect(new Set((await Promise.all(places)).flat()).size).toBe(2);
    await Promise.all(writers.map((writer) => writer.stop()));
    await dispose();
  }, 120_000);

  it('answers what moved, and which conversations there are, from all shards in one order', async () => {
    const { history, db, dispose } = await server.fresh();
    const { log } = history;
    await overTwoShards(db, 'm');
    const conversations = onEither(6);
    await log.append(
      conversations.map((conversation, at) =>
        aFoundingAppend({ conversation }, { now: anInstant + at }),
      ),
    );
    const moved = async (since: number, limit: number) => [
      ...(await log.movedSince(since, limit)).keys(),
    ];
    expect(await moved(anInstant, 10)).toEqual(conversations.toReversed());
    expect(await moved(anInstant, 3)).toEqual(conversations.slice(3).toReversed());
    expect(await moved(anInstant + 4, 10)).toEqual(conversations.slice(4).toReversed());
    expect(await log.heads(conversations)).toHaveProperty('size', 6);
    const sorted = conversations.toSorted();
    const first = await log.conversations({ after: null, limit: 4 });
    expect(first).toEqual(sorted.slice(0, 4));
    const after = first.at(-1) ?? null;
    expect(await log.conversations({ after, limit: 4 })).toEqual(sorted.slice(4));
    await dispose();
  }, 60_000);
});
