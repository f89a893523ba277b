import { describe, expect } from 'vitest';
import { aMessageAppend, aRosterAppend } from '../../builders/append.ts';
import { anInstant } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { acknowledge, aReader, conversationOf, idsOf, whole } from './steps.ts';

export function formerMembers(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('what a device of a former member is behind on', () => {
    it('ends with the entry that removed it: nothing later shows, no entry, count or time (G5, G6)', async ({
      stores,
    }) => {
      const [former, member] = [aReader(), aReader()];
      const conversation = await conversationOf(stores, [former.account, member.account]);
      await stores.log.append([
        aRosterAppend(1, { conversation }, { now: anInstant + 1 }),
        aMessageAppend(4, { conversation }, { now: anInstant + 2 }),
      ]);
      await stores.index.leave(conversation, [former.account], 4);
      expect(await stores.index.behind(former, whole)).toEqual([
        { conversation, head: 4, loud: 2, activeAt: anInstant + 1, delivered: 0, incarnation: 1 },
      ]);
      expect(await stores.index.behind(member, whole)).toMatchObject([
        { head: 5, loud: 3, activeAt: anInstant + 2 },
      ]);
    });

    it('still ends there when that entry was cut, without its count and time', async ({
      stores,
    }) => {
      const [former, member] = [aReader(), aReader()];
      const conversation = await conversationOf(stores, [former.account, member.account], {
        entries: 6,
      });
      await stores.index.leave(conversation, [former.account], 4);
      await stores.log.cut({ conversation, floor: 4, version: 1, state: 'state', keep: 1 });
      const expected = {
        conversation,
        head: 4,
        loud: 0,
        activeAt: 0,
        delivered: 0,
        incarnation: 1,
      };
      expect(await stores.index.behind(former, whole)).toEqual([expected]);
      expect(await stores.index.behind(member, whole)).toEqual([
        expect.objectContaining({ conversation, head: 6 }),
      ]);
    });

    it('is nothing once the device has acknowledged that entry', async ({ stores }) => {
      const reader = aReader();
      const conversation = await conversationOf(stores, [reader.account]);
      await stores.log.append([
        aRosterAppend(1, { conversation }),
        aMessageAppend(4, { conversation }),
      ]);
      await stores.index.leave(conversation, [reader.account], 4);
      await acknowledge(stores, { ...reader, conversation, delivered: 3 });
      expect(await stores.index.behind(reader, whole)).toMatchObject([{ head: 4, delivered: 3 }]);
      await acknowledge(stores, { ...reader, conversation, delivered: 4 });
      expect(await stores.index.behind(reader, whole)).toEqual([]);
    });

    it('is ordered by the time of that entry', async ({ stores }) => {
      const reader = aReader();
      const [left, middle] = ['left', 'middle'];
      await conversationOf(stores, [reader.account], { conversation: left });
      await conversationOf(stores, [reader.account], { conversation: middle, now: anInstant + 5 });
      await stores.log.append([
        aRosterAppend(1, { conversation: left }, { now: anInstant + 1 }),
        aMessageAppend(4, { conversation: left }, { now: anInstant + 9 }),
      ]);
      await stores.index.leave(left, [reader.account], 4);
      const rows = await stores.index.behind(reader, whole);
      expect(idsOf(rows)).toEqual([middle, left]);
      expect(
        idsOf(await stores.index.behind(reader, { after: rows[0] ?? null, limit: 5 })),
      ).toEqual([left]);
    });

    it('is everything again after it was added again', async ({ stores }) => {
      const reader = aReader();
      const conversation = await conversationOf(stores, [reader.account]);
      await stores.log.append([aRosterAppend(1, { conversation })]);
      await stores.index.leave(conversation, [reader.account], 4);
      await acknowledge(stores, { ...reader, conversation, delivered: 4 });
      await stores.index.enter(conversation, [reader.account], 4);
      await stores.log.append([aRosterAppend(4, { conversation })]);
      expect(await stores.index.behind(reader, whole)).toMatchObject([{ head: 5, delivered: 4 }]);
    });

    it('does not shrink when an older end comes late', async ({ stores }) => {
      const reader = aReader();
      const conversation = await conversationOf(stores, [reader.account], { entries: 9 });
      await stores.index.leave(conversation, [reader.account], 7);
      await stores.index.leave(conversation, [reader.account], 5);
      expect(await stores.index.behind(reader, whole)).toMatchObject([{ head: 7 }]);
    });
  });
}
