import { describe, expect } from 'vitest';
import type { Behind, ConversationIndex } from '@sealpost/domain';
import { aMessageAppend } from '../../builders/append.ts';
import { aConversationId, aDeviceId, anAccountId, anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { bounded } from '../turn.ts';
import { acknowledge, aReader, conversationOf, idsOf, whole } from './steps.ts';

/** Walks the pages to the end. */
async function pagesOf(
  index: ConversationIndex,
  reader: ReturnType<typeof aReader>,
  limit: number,
): Promise<Behind[][]> {
  const pages: Behind[][] = [];
  let last: Behind | undefined;
  const round = bounded(100);
  do {
    round();
    const page = await index.behind(reader, { after: last ?? null, limit });
    pages.push([...page]);
    last = page.at(-1);
  } while (last);
  return pages;
}

export function discovering(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('what a device is behind on', () => {
    it('is every conversation with entries that it has not acknowledged, new ones included (G5)', async ({
      stores,
    }) => {
      const reader = aReader();
      const [fresh, partly, fully] = [
        await conversationOf(stores, [reader.account]),
        await conversationOf(stores, [reader.account]),
        await conversationOf(stores, [reader.account]),
      ];
      await conversationOf(stores, [anAccountId()]);
      await acknowledge(stores, { ...reader, conversation: partly, delivered: 2 });
      await acknowledge(stores, { ...reader, conversation: fully, delivered: 3 });
      const rows = await stores.index.behind(reader, whole);
      const row = { head: 3, loud: 2, activeAt: anInstant, incarnation: 1 };
      expect(rows.toSorted((a, b) => a.delivered - b.delivered)).toEqual([
        { ...row, conversation: fresh, delivered: 0 },
        { ...row, conversation: partly, delivered: 2 },
      ]);
    });

    it('is judged by its own acknowledgements, not by those of other devices', async ({
      stores,
    }) => {
      const reader = aReader();
      const conversation = await conversationOf(stores, [reader.account]);
      await acknowledge(stores, { ...reader, device: aDeviceId(), conversation, delivered: 3 });
      expect(await stores.index.behind(reader, whole)).toMatchObject([
        { conversation, delivered: 0 },
      ]);
    });

    it('holds no conversation without an entry', async ({ stores }) => {
      const reader = aReader();
      await stores.index.enter(aConversationId(), [reader.account], 0);
      expect(await stores.index.behind(reader, whole)).toEqual([]);
    });

    it('has the newest activity first, equal instants by id', async ({ stores }) => {
      const reader = aReader();
      const ids = ['b', 'A', 'a', 'B'];
      for (const conversation of ids)
        await conversationOf(stores, [reader.account], { conversation });
      await conversationOf(stores, [reader.account], { conversation: 'old', now: anInstant - 1 });
      await conversationOf(stores, [reader.account], { conversation: 'new', now: anInstant + 1 });
      expect(idsOf(await stores.index.behind(reader, whole))).toEqual([
        'new',
        'A',
        'B',
        'a',
        'b',
        'old',
      ]);
      await stores.log.append([aMessageAppend(1, { conversation: 'old' }, { now: anInstant + 2 })]);
      expect(idsOf(await stores.index.behind(reader, whole))).toEqual([
        'old',
        'new',
        'A',
        'B',
        'a',
        'b',
      ]);
    });

    it('comes in pages that hold everything once, however many have the same instant', async ({
      stores,
    }) => {
      const reader = aReader();
      const expected = ['new', 'A', 'B', 'C', 'a', 'b', 'c', 'old'];
      for (const conversation of expected) {
        const now = anInstant + (conversation === 'new' ? 5 : conversation === 'old' ? -5 : 0);
        await conversationOf(stores, [reader.account], { conversation, now });
      }
      for (const limit of [1, 2, 3, 8]) {
        const pages = await pagesOf(stores.index, reader, limit);
        expect(pages.flatMap(idsOf)).toEqual(expected);
        expect(Math.max(...pages.map(({ length }) => length))).toBe(limit);
      }
    });

    it('lists a cursor of another incarnation always, and says which (G9)', async ({ stores }) => {
      const reader = aReader();
      const conversation = await conversationOf(stores, [reader.account]);
      await acknowledge(stores, { ...reader, conversation, delivered: 3 });
      expect(await stores.index.behind(reader, whole)).toEqual([]);
      expect(await stores.index.behind({ ...reader, incarnation: 2 }, whole)).toMatchObject([
        { conversation, head: 3, delivered: 3, incarnation: 1 },
      ]);
      await acknowledge(stores, { ...reader, conversation, delivered: 3, incarnation: 2 });
      expect(await stores.index.behind({ ...reader, incarnation: 2 }, whole)).toEqual([]);
    });

    it('names the incarnation that was asked for when the device has no cursor', async ({
      stores,
    }) => {
      const reader = { ...aReader(), incarnation: 4 };
      await conversationOf(stores, [reader.account]);
      expect(await stores.index.behind(reader, whole)).toMatchObject([
        { delivered: 0, incarnation: 4 },
      ]);
    });

    it('never understates the head, beside racing writers (G5)', async ({ stores }) => {
      const reader = aReader();
      const conversations = [
        await conversationOf(stores, [reader.account]),
        await conversationOf(stores, [reader.account]),
      ];
      await Promise.all(
        many(16, async (writer) => {
          const conversation = conversations[writer % 2] ?? '';
          for (let round = 0; round < 3; round += 1) {
            const [outcome] = await stores.log.append([aMessageAppend(1, { conversation })]);
            const seq = outcome && 'seq' in outcome ? outcome.seq : Infinity;
            const rows = await stores.index.behind(reader, whole);
            expect(
              rows.find((row) => row.conversation === conversation)?.head,
            ).toBeGreaterThanOrEqual(seq);
          }
        }),
      );
    });
  });
}
