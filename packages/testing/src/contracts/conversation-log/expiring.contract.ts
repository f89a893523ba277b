import { describe, expect } from 'vitest';
import type { ConversationLog, Seq } from '@sealpost/domain';
import { aCut, aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

/** Conversations with as many entries each, one accepted per millisecond from an instant on, in the order of their ids. */
async function conversations(log: ConversationLog, count: number, entries: number) {
  const ids = many(count, aConversationId).toSorted();
  await log.append(
    ids.flatMap((conversation) =>
      many(entries, (index) =>
        index === 0
          ? aFoundingAppend({ conversation }, { now: anInstant })
          : aMessageAppend(1, { conversation }, { now: anInstant + index }),
      ),
    ),
  );
  return ids;
}

const all = { after: null, conversations: 100, entries: 100 };

export function expiring(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('what is accepted before an instant', () => {
    const floors = async (log: ConversationLog, ms: number, page: Partial<typeof all> = {}) =>
      (await log.expiring(anInstant + ms, { ...all, ...page })).found.map(({ floor }) => floor);

    it('is found up to its newest entry', async ({ stores: { log } }) => {
      const [conversation = ''] = await conversations(log, 1, 5);
      const found = (floor: Seq) => ({ found: [{ conversation, floor }], next: null });
      expect(await log.expiring(anInstant, all)).toEqual({ found: [], next: null });
      expect(await log.expiring(anInstant + 1, all)).toEqual(found(1));
      expect(await log.expiring(anInstant + 4, all)).toEqual(found(4));
      expect(await log.expiring(anInstant + 99, all)).toEqual(found(5));
    });

    it('is found among the oldest entries only', async ({ stores: { log } }) => {
      const [conversation = ''] = await conversations(log, 1, 5);
      expect(await floors(log, 4, { entries: 3 })).toEqual([3]);
      await log.cut(aCut(conversation, 3, 1, 1));
      expect(await floors(log, 4, { entries: 3 })).toEqual([4]);
    });

    it('is not found again once it was cut, also when all was', async ({ stores: { log } }) => {
      const [one = '', other = ''] = await conversations(log, 2, 4);
      await log.cut(aCut(one, 2, 1, 1));
      await log.cut(aCut(other, 4, 1, 1));
      expect(await floors(log, 2)).toEqual([]);
      expect(await floors(log, 3)).toEqual([3]);
    });

    it('is looked for in pages of conversations, by id, found or not', async ({
      stores: { log },
    }) => {
      const ids = await conversations(log, 5, 2);
      await log.cut(aCut(ids[1] ?? '', 2, 1, 1));
      const seen: string[][] = [];
      const ends: (string | null)[] = [];
      let after: string | null = null;
      do {
        const page = { after, conversations: 2, entries: 10 };
        const { found, next } = await log.expiring(anInstant + 9, page);
        seen.push(found.map(({ conversation }) => conversation));
        ends.push((after = next));
      } while (after !== null);
      expect(seen).toEqual([[ids[0]], [ids[2], ids[3]], [ids[4]]]);
      expect(ends).toEqual([ids[1], ids[3], null]);
    });
  });
}
