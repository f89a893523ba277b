import type { Append, AppendOutcome } from '@sealpost/domain';
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

const senders = [aDeviceRef(), aDeviceRef()];
const id = fc.constantFrom('a', 'b', 'c', 'd');
const anyItem = fc.record({
  sender: fc.constantFrom(...senders),
  clientId: id,
  after: fc.option(id),
  basis: fc.integer({ min: 1, max: 3 }),
  class: fc.constantFrom('loud' as const, 'quiet' as const),
  now: fc.integer({ min: anInstant, max: anInstant + 5 }),
  blobs: fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), { maxLength: 2 }),
  commit: fc.boolean(),
});

it('judges and stores a message alone as it does among others', async () => {
  const { stores, dispose } = await shelf.open(1);
  const { log } = stores;
  await fc.assert(
    fc.asyncProperty(fc.array(anyItem, { minLength: 1, maxLength: 12 }), async (items) => {
      const [alone, among, bystander] = [aConversationId(), aConversationId(), aConversationId()];
      await log.append(
        [alone, among, bystander].map((conversation) =>
          aFoundingAppend({ conversation, clientId: 'first' }),
        ),
      );
      const made = (conversation: string): Append[] =>
        items.map(({ commit, basis, now, ...about }) =>
          (commit ? aCommitAppend : aMessageAppend)(basis, { conversation, ...about }, { now }),
        );
      const answers: (readonly [AppendOutcome | undefined, AppendOutcome | undefined])[] = [];
      for (const [index, item] of made(alone).entries()) {
        expect(isOneMessage([item])).toBe(items[index]?.commit === false);
        const [one] = await log.append([item]);
        const [other] = await log.append([
          made(among)[index] ?? item,
          aMessageAppend(1, { conversation: bystander }),
        ]);
        answers.push([one, other]);
      }
      for (const [one, other] of answers) expect(one).toEqual(other);
      const wide = { entries: 100, bytes: 1 << 20 };
      const [one, other] = [await log.page(alone, 0, wide), await log.page(among, 0, wide)];
      expect(one?.head).toEqual(other?.head);
      const comparable = (page: typeof one) =>
        page?.entries.slice(1).map((entry) => ({ ...entry, conversation: '' }));
      expect(comparable(one)).toEqual(comparable(other));
    }),
    { numRuns: 40 },
  );
  await dispose();
});
