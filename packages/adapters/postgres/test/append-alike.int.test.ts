import type { Append, AppendOutcome, LogPage } from '@sealpost/domain';
import {
  aCommitAppend,
  aConversationId,
  aDeviceRef,
  aFoundingAppend,
  aMessageAppend,
  anInstant,
} from '@sealpost/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOneMessage } from '../src/append-message.ts';
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

it('judges and stores a message alone as it does among others', async () => {
  const { stores, dispose } = await shelf.open(1);
  const { log } = stores;
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyItem, { minLength: 8, maxLength: 16 }), async (items) => {
      const [alone, among, elsewhere] = [aConversationId(), aConversationId(), aConversationId()];
      const founded = [alone, among, elsewhere].map((conversation) =>
        aFoundingAppend({ conversation }),
      );
      await log.append(founded);
      let version = 1;
      for (const { commit, stale, now, ...about } of items) {
        const made = (conversation: string): Append =>
          (commit ? aCommitAppend : aMessageAppend)(
            stale ? version + 1 : version,
            { ...about, conversation },
            { now },
          );
        expect(isOneMessage([made(alone)])).toBe(!commit);
        const [one] = await log.append([made(alone)]);
        const [other] = await log.append([
          made(among),
          aMessageAppend(1, { conversation: elsewhere }),
        ]);
        expect(one).toEqual(other);
        met.add(outcomeName(one));
        if (commit && one?.code === 'appended') version = one.seq;
      }
      const wide = { entries: 100, bytes: 1 << 20 };
      const [one, other] = [await log.page(alone, 0, wide), await log.page(among, 0, wide)];
      expect(comparable(one)).toEqual(comparable(other));
    }),
    { numRuns: 30 },
  );
  expect([...met].toSorted()).toEqual(['appended', 'known', 'out_of_turn', 'stale']);
  await dispose();
});

const outcomeName = (outcome: AppendOutcome | undefined): string => outcome?.code ?? 'none';
