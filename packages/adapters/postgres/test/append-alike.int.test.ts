import type { Append, AppendOutcome, LogPage } from '@sealpost/domain';
import {
  aCommitAppend,
  aConversationId,
  aDeviceRef,
  aFoundingAppend,
  aMessageAppend,
  anInstant,
  many,
} from '@sealpost/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOneMessage } from '../src/append-message.ts';
import { Appender } from '../src/appender.ts';
import { Database } from '../src/database.ts';
import { PostgresConversationLog } from '../src/postgres-conversation-log.ts';
import { SchemaShelf } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);

const rarely = fc.integer({ min: 0, max: 5 }).map((die) => die === 0);
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const anyItem = fc.record({
  sender: fc.constantFrom(aDeviceRef(), aDeviceRef()),
  clientId: id,
  after: fc.option(id, { freq: 2 }),
  class: fc.constantFrom('loud' as const, 'quiet' as const),
  blobs: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), { maxLength: 2 }),
  now: fc.integer({ min: anInstant, max: anInstant + 5 }),
  commit: rarely,
  stale: rarely,
});

const comparable = (page: LogPage | null) => ({
  head: page?.head,
  entries: page?.entries.slice(1).map((entry) => ({ ...entry, conversation: '' })),
});

it('judges and stores a message alone as it does among others, messages or not', async () => {
  const { schema, dispose } = await shelf.open(1);
  const database = new Database({ url: server.url, schema, poolSize: 1 });
  // Each tries messages together first, whatever became of those before.
  const append = (batch: readonly Append[]) => new Appender(database).append(batch);
  const log = new PostgresConversationLog(database);
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyItem, { minLength: 8, maxLength: 16 }), async (items) => {
      const names = many(4, () => aConversationId());
      const [alone = '', among = '', judged = '', elsewhere = ''] = names;
      await log.append(names.map((conversation) => aFoundingAppend({ conversation })));
      let version = 1;
      for (const { commit, stale, now, ...about } of items) {
        const made = (conversation: string): Append =>
          (commit ? aCommitAppend : aMessageAppend)(
            stale ? version + 1 : version,
            { ...about, conversation },
            { now },
          );
        expect(isOneMessage([made(alone)])).toBe(!commit);
        const [one] = await append([made(alone)]);
        const company = aMessageAppend(1, { conversation: elsewhere });
        const [other] = await append([made(among), company]);
        const [third] = await append([made(judged), aFoundingAppend()]);
        expect([other, third]).toEqual([one, one]);
        met.add(outcomeName(one));
        if (commit && one?.code === 'appended') version = one.seq;
      }
      const wide = { entries: 100, bytes: 1 << 20 };
      const pages = [alone, among, judged].map((conversation) => log.page(conversation, 0, wide));
      const [one, other, third] = (await Promise.all(pages)).map(comparable);
      expect([other, third]).toEqual([one, one]);
    }),
    { numRuns: 30 },
  );
  expect([...met].toSorted()).toEqual(['appended', 'known', 'out_of_turn', 'stale']);
  await database.stop();
  await dispose();
});

const outcomeName = (outcome: AppendOutcome | undefined): string => outcome?.code ?? 'none';
