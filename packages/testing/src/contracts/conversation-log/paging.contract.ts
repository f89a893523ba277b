import { describe, expect } from 'vitest';
import { firstTenure, type ConversationId, type ConversationLog } from '@sealpost/domain';
import { aFoundingAppend, aMessageAppend, aRosterAppend } from '../../builders/append.ts';
import { someBytes } from '../../builders/bytes.ts';
import { aConversationId, anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, pageOf, seqsOf, wide } from './steps.ts';

/** A conversation of ten entries, each with two parts of five bytes. */
async function tenEntries(log: ConversationLog): Promise<ConversationId> {
  const conversation = aConversationId();
  const parts = [
    { audience: 'all' as const, bytes: someBytes(5) },
    { audience: ['some device'], bytes: someBytes(5) },
  ];
  await log.append([
    aFoundingAppend({ conversation }, { parts }),
    ...many(9, () => aMessageAppend(1, { conversation }, { parts })),
  ]);
  return conversation;
}

export function paging(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('paging', () => {
    it('knows no conversation without an entry', async ({ stores: { log } }) => {
      expect(await log.page(aConversationId(), 0, wide)).toBeNull();
    });

    it('gives the entries after a cursor, oldest first', async ({ stores: { log } }) => {
      const conversation = await tenEntries(log);
      expect(seqsOf((await pageOf(log, conversation, 6)).entries)).toEqual([7, 8, 9, 10]);
    });

    it('gives nothing after the head, and the head', async ({ stores: { log } }) => {
      const conversation = await tenEntries(log);
      for (const after of [10, 11, 1000]) {
        const { entries, head } = await pageOf(log, conversation, after);
        expect(entries).toEqual([]);
        expect(head).toEqual({
          seq: 10,
          loud: 9,
          acceptedAt: anInstant,
          version: 1,
          restores: [],
          floor: 0,
          tenure: firstTenure,
        });
      }
    });

    it('gives at most as many entries as asked for', async ({ stores: { log } }) => {
      const conversation = await tenEntries(log);
      const count = async (entries: number) =>
        (await pageOf(log, conversation, 2, { ...wide, entries })).entries.length;
      expect([await count(1), await count(3), await count(8), await count(9)]).toEqual([
        1, 3, 8, 8,
      ]);
    });

    it('ends with the entry by which the bytes asked for are reached', async ({
      stores: { log },
    }) => {
      const conversation = await tenEntries(log);
      const count = async (bytes: number) =>
        (await pageOf(log, conversation, 2, { ...wide, bytes })).entries.length;
      expect([
        await count(1),
        await count(10),
        await count(11),
        await count(20),
        await count(21),
        await count(79),
      ]).toEqual([1, 1, 2, 2, 3, 8]);
    });

    it('gives an entry, if there is one, even if it is larger than asked for', async ({
      stores: { log },
    }) => {
      const conversation = await tenEntries(log);
      for (const after of [0, 4, 9]) {
        expect(
          seqsOf((await pageOf(log, conversation, after, { entries: 5, bytes: 0 })).entries),
        ).toEqual([after + 1]);
      }
    });

    it('counts the bytes of the page and not of the entries before it', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const part = (length: number) => ({
        parts: [{ audience: 'all' as const, bytes: someBytes(length) }],
      });
      await log.append([
        aFoundingAppend({ conversation }, part(100_000)),
        ...[10, 0, 10].map((length) => aMessageAppend(1, { conversation }, part(length))),
      ]);
      expect(
        seqsOf((await pageOf(log, conversation, 1, { entries: 9, bytes: 11 })).entries),
      ).toEqual([2, 3, 4]);
      expect(
        seqsOf((await pageOf(log, conversation, 0, { entries: 9, bytes: 11 })).entries),
      ).toEqual([1]);
    });

    it('gives a head whose version covers the changes before the page', async ({
      stores: { log },
    }) => {
      const conversation = await tenEntries(log);
      await appendAll(log, [
        aRosterAppend(1, { conversation }),
        aMessageAppend(11, { conversation }),
      ]);
      const { entries, head } = await pageOf(log, conversation, 11);
      expect(seqsOf(entries)).toEqual([12]);
      expect(head).toMatchObject({ seq: 12, version: 11 });
    });

    it('keeps conversations apart', async ({ stores: { log } }) => {
      const [one, other] = [await tenEntries(log), await tenEntries(log)];
      await appendAll(log, [aMessageAppend(1, { conversation: one })]);
      expect((await pageOf(log, other)).entries.map(({ conversation }) => conversation)).toEqual(
        many(10, () => other),
      );
      expect((await pageOf(log, one)).head.seq).toBe(11);
    });
  });
}
