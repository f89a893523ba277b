import { AdapterFailure, type Adoption, type Append, type ConversationLog } from '@sealpost/domain';
import {
  aCommitAppend,
  aConversationId,
  aCut,
  aFoundingAppend,
  aMessageAppend,
  bytesOf,
  many,
} from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { describe, expect, it, vi } from 'vitest';
import { MongoConversationLog } from '../src/mongo-conversation-log.ts';
import { DyingDatabase } from './support/dying-database.ts';
import { TestServer, type FreshHistory } from './support/test-server.ts';

const wide = { entries: 1_000, bytes: 1 << 24 };
const forJoiners = [{ audience: 'joiners' as const, bytes: bytesOf('for joiners') }];

interface Story {
  /** A closed copy, which nobody reads until it was done again: nothing has to hold before. */
  readonly isUnread?: true;
  /** What is there before. */
  readonly before: (log: ConversationLog, conversation: string) => Promise<readonly Append[]>;
  /** What a process is doing when it ends; another one does it again afterwards. */
  readonly doing: (
    log: ConversationLog,
    conversation: string,
    before: readonly Append[],
  ) => Promise<unknown>;
  /** What holds as soon as it has ended. */
  readonly atEnd?: (fresh: FreshHistory, conversation: string) => Promise<void>;
  /** What holds once another process has done it again. */
  readonly afterwards: (fresh: FreshHistory, conversation: string) => Promise<void>;
}

async function appended(log: ConversationLog, appends: readonly Append[]) {
  expect((await log.append(appends)).map(({ code }) => code)).toEqual(
    appends.map(() => 'appended'),
  );
  return appends;
}

const seqsOf = async (log: ConversationLog, conversation: string, after = 0) =>
  (await log.page(conversation, after, wide))?.entries.map(({ seq }) => seq);
const upTo = (last: number, first = 1) => many(last - first + 1, (index) => first + index);

describe('a process that ends between any two operations', needs('mongodb'), () => {
  vi.setConfig({ testTimeout: 120_000 });
  const server = TestServer.forTheseTests();
  /** Plays the story with every end that there is, and answers how many those were. */
  async function everyEnd({ isUnread, before, doing, atEnd, afterwards }: Story): Promise<number> {
    let ends = 0;
    for (const when of ['before', 'after'] as const) {
      for (let step = 1; ; step++) {
        const fresh = await server.fresh();
        const { log } = fresh.history;
        const conversation = aConversationId();
        const there = await before(log, conversation);
        const database = new DyingDatabase(fresh, { step, when });
        const fault: unknown = await doing(
          new MongoConversationLog(database),
          conversation,
          there,
        ).catch((error: unknown) => error);
        expect(fault instanceof Error && !(fault instanceof AdapterFailure)).toBe(false);
        await database.stop();
        const { seq = 0, floor = 0 } = (await log.heads([conversation])).get(conversation) ?? {};
        const seqs = isUnread ? [] : ((await seqsOf(log, conversation, floor)) ?? []);
        expect(seqs).toEqual(isUnread ? [] : upTo(seq, floor + 1));
        await atEnd?.(fresh, conversation);
        await doing(log, conversation, there);
        await afterwards(fresh, conversation);
        await fresh.dispose();
        if (!database.hasEnded) break;
        ends += 1;
      }
    }
    return ends;
  }

  const batches = new Map<string, readonly Append[]>();
  /** The same batch for each conversation, however often it is given. */
  const batchOf = (conversation: string, make: () => readonly Append[]): readonly Append[] => {
    const batch = batches.get(conversation) ?? make();
    batches.set(conversation, batch);
    return batch;
  };

  it('founds a conversation once and appends each entry once (G2, G4)', async () => {
    const ends = await everyEnd({
      before: async () => [],
      doing: (log, conversation) =>
        log.append(
          batchOf(conversation, () => [
            aFoundingAppend({ conversation }),
            ...many(3, () => aMessageAppend(1, { conversation })),
          ]),
        ),
      afterwards: async ({ history: { log } }, conversation) => {
        const entries = (await log.page(conversation, 0, wide))?.entries;
        expect(entries?.map(({ clientId }) => clientId)).toEqual(
          batches.get(conversation)?.map(({ draft }) => draft.clientId),
        );
      },
    });
    expect(ends).toBeGreaterThan(8);
  });

  it('drops the parts for joiners of the commit before, whenever it ends', async () => {
    const ends = await everyEnd({
      before: (log, conversation) =>
        appended(log, [aFoundingAppend({ conversation }, { parts: forJoiners })]),
      doing: async (log, conversation) => {
        await log.append(
          batchOf(conversation, () => [
            aCommitAppend(1, { conversation }, { parts: forJoiners, supersedes: 1 }),
          ]),
        );
      },
      // Seen when the process has ended, too, before anything is done again.
      atEnd: expectDropped,
      afterwards: expectDropped,
    });
    expect(ends).toBeGreaterThan(6);
  });

  it('cuts whole or not at all, and whoever comes next clears what is left', async () => {
    const ends = await everyEnd({
      before: (log, conversation) =>
        appended(log, [
          aFoundingAppend({ conversation }),
          ...many(70, () => aMessageAppend(1, { conversation })),
        ]),
      doing: async (log, conversation) => {
        const cut = await log.cut(aCut(conversation, 68, 1, 1));
        expect([0, 68]).toContain(cut);
      },
      afterwards: async ({ db, history: { log } }, conversation) => {
        expect(await seqsOf(log, conversation, 68)).toEqual([69, 70, 71]);
        expect((await log.load(conversation, 'floor'))?.snapshot?.version).toBe(1);
        await log.expiring(0, { after: null, conversations: 1_000, entries: 1 });
        const left = await db
          .collection('entries')
          .find({ conversation, seq: { $lte: 68 }, device: { $ne: null } })
          .toArray();
        // The entry that the cut keeps.
        expect(left.map((document) => document['seq'])).toEqual([1]);
        expect(await db.collection('entries').countDocuments({ conversation })).toBe(65);
      },
    });
    expect(ends).toBeGreaterThan(10);
  });

  it('closes a log or not, and tells nobody that one is closed which could take something (G2)', async () => {
    const ends = await everyEnd({
      before: (log, conversation) => appended(log, [aFoundingAppend({ conversation })]),
      doing: (log, conversation) => log.changeTenure(conversation, 0, { term: 1, state: 'closed' }),
      atEnd: async ({ db, history: { log } }, conversation) => {
        const isClosed = (await log.tenure(conversation))?.state === 'closed';
        const taken = await db.collection('entries').findOne({ conversation, seq: 2 });
        expect([taken?.['closing'], isClosed]).toEqual(isClosed ? [1, true] : [undefined, false]);
      },
      afterwards: async ({ history: { log } }, conversation) => {
        expect(await log.append([aMessageAppend(1, { conversation })])).toEqual([
          { code: 'closed' },
        ]);
        await log.changeTenure(conversation, 1, { term: 2, state: 'open' });
        expect(await log.append([aMessageAppend(1, { conversation })])).toMatchObject([{ seq: 2 }]);
      },
    });
    expect(ends).toBeGreaterThan(6);
  });

  it('takes over what another store has cut and written since, whenever it ends (G2)', async () => {
    const parts = new Map<string, Adoption>();
    const ends = await everyEnd({
      isUnread: true,
      before: async (log, conversation) => {
        const source = aConversationId();
        await appended(log, [
          aFoundingAppend({ conversation: source }),
          ...many(5, () => aMessageAppend(1, { conversation: source })),
        ]);
        await log.cut(aCut(source, 4, 1, 1));
        parts.set(conversation, await partOf(log, source, conversation));
        const own = [aFoundingAppend({ conversation }), aMessageAppend(1, { conversation })];
        await appended(log, own);
        await log.changeTenure(conversation, 0, { term: 1, state: 'closed' });
        return own;
      },
      doing: async (log, conversation) => {
        const part = parts.get(conversation);
        return part && log.adopt(part);
      },
      afterwards: async ({ history: { log } }, conversation) => {
        expect(await seqsOf(log, conversation, 4)).toEqual([5, 6]);
        expect((await log.kept(conversation))?.seq).toBe(1);
        await log.changeTenure(conversation, 1, { term: 2, state: 'open' });
        expect(await log.append([aMessageAppend(1, { conversation })])).toMatchObject([{ seq: 7 }]);
      },
    });
    expect(ends).toBeGreaterThan(10);
  });

  it('appends a send anew whose entry was cut, once', async () => {
    const ends = await everyEnd({
      before: async (log, conversation) => {
        const appends = [aFoundingAppend({ conversation }), aMessageAppend(1, { conversation })];
        await appended(log, appends);
        await log.cut(aCut(conversation, 2, 1, 1));
        return appends;
      },
      doing: (log, _, [, message]) => log.append(message ? [message] : []),
      afterwards: async ({ history: { log } }, conversation) => {
        expect(await seqsOf(log, conversation, 2)).toEqual([3]);
      },
    });
    expect(ends).toBeGreaterThan(4);
  });
});

/** All of a log, as another store would give it. */
async function partOf(
  log: ConversationLog,
  source: string,
  conversation: string,
): Promise<Adoption> {
  const loaded = await log.load(source, 'floor');
  if (loaded === null) throw new Error('there is such a log');
  const page = await log.page(source, loaded.head.floor, wide);
  const kept = await log.kept(source);
  return {
    conversation,
    head: loaded.head,
    state: loaded.snapshot,
    kept: kept && { ...kept, conversation },
    entries: page?.entries.map((entry) => ({ ...entry, conversation })) ?? [],
  };
}

async function expectDropped(
  { history: { log } }: FreshHistory,
  conversation: string,
): Promise<void> {
  const { entries = [] } = (await log.page(conversation, 0, wide)) ?? {};
  // As long as there is no other commit, the first one keeps its part.
  const kept = entries.length === 1 ? 1 : 0;
  expect(entries[0]?.parts).toHaveLength(kept);
  expect((await log.entry(conversation, 1))?.parts).toHaveLength(kept);
}
