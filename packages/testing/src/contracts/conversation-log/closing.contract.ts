import { describe, expect } from 'vitest';
import { firstTenure, type ConversationLog, type Tenure } from '@sealpost/domain';
import { aCut, aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, anInstant } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf, seqsOf } from './steps.ts';

const at = (term: number, state: Tenure['state']): Tenure => ({ term, state });

async function threeEntries(log: ConversationLog) {
  const conversation = aConversationId();
  const appends = [
    aFoundingAppend({ conversation }),
    aMessageAppend(1, { conversation }),
    aMessageAppend(1, { conversation }),
  ];
  await appendAll(log, appends);
  return { conversation, appends };
}

/** Closes the store for new conversations; answers the term that it has then. */
async function closeStore(log: ConversationLog): Promise<number> {
  const { term } = (await log.tenure(null)) ?? firstTenure;
  expect(await log.changeTenure(null, term, at(term + 1, 'closed'))).toBe(true);
  return term + 1;
}

export function closing(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a log that is closed', () => {
    for (const state of ['closed', 'refused'] as const) {
      it(`takes nothing, not even the question whether a send is known (${state})`, async ({
        stores: { log },
      }) => {
        const { conversation, appends } = await threeEntries(log);
        const before = await pageOf(log, conversation);
        expect(await log.changeTenure(conversation, 0, at(1, state))).toBe(true);
        const others = aConversationId();
        const outcomes = await log.append([
          ...appends,
          aMessageAppend(1, { conversation }),
          aMessageAppend(2, { conversation }),
          aFoundingAppend({ conversation: others }),
        ]);
        expect(codes(outcomes)).toEqual([...Array<string>(5).fill('closed'), 'appended']);
        expect(codes(await log.append([aMessageAppend(1, { conversation })]))).toEqual(['closed']);
        expect(await log.cut(aCut(conversation, 2, 1, 1))).toBe(0);
        const page = { after: null, conversations: 9, entries: 9 };
        expect((await log.expiring(anInstant + 1, page)).found).toEqual([
          { conversation: others, floor: 1 },
        ]);
        const after = await pageOf(log, conversation);
        expect(plain(after.entries)).toEqual(plain(before.entries));
        expect(after.head).toEqual({ ...before.head, tenure: at(1, state) });
      });
    }

    it('says so in every head', async ({ stores: { log } }) => {
      const { conversation } = await threeEntries(log);
      expect((await log.load(conversation))?.head.tenure).toEqual(firstTenure);
      await log.changeTenure(conversation, 0, at(7, 'closed'));
      const heads = [
        (await log.heads([conversation])).get(conversation),
        (await log.movedSince(0, 10)).get(conversation),
        (await log.load(conversation))?.head,
        (await pageOf(log, conversation, 3)).head,
      ];
      expect(heads.map((head) => head?.tenure)).toEqual(heads.map(() => at(7, 'closed')));
      expect(heads.map((head) => head?.seq)).toEqual(heads.map(() => 3));
      expect(await log.tenure(conversation)).toEqual(at(7, 'closed'));
      expect(await log.conversations({ after: null, limit: 9 })).toEqual([conversation]);
    });

    it('goes on where it was when it is opened again (G2, G4)', async ({ stores: { log } }) => {
      const { conversation, appends } = await threeEntries(log);
      await log.changeTenure(conversation, 0, at(1, 'closed'));
      await log.changeTenure(conversation, 1, at(4, 'open'));
      const next = aMessageAppend(1, { conversation });
      expect(await log.append([...appends.slice(1, 2), next])).toMatchObject([
        { code: 'known', seq: 2 },
        { code: 'appended', seq: 4, loud: 3 },
      ]);
      expect(await log.changeTenure(conversation, 4, at(5, 'closed'))).toBe(true);
      expect(codes(await log.append([next]))).toEqual(['closed']);
      await log.changeTenure(conversation, 5, at(6, 'open'));
      expect(await log.append([next])).toMatchObject([{ code: 'known', seq: 4 }]);
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual([1, 2, 3, 4]);
    });

    it('is changed by nobody who does not know its term', async ({ stores: { log } }) => {
      const { conversation } = await threeEntries(log);
      expect(await log.changeTenure(conversation, 1, at(2, 'closed'))).toBe(false);
      expect(await log.changeTenure(conversation, 0, at(3, 'closed'))).toBe(true);
      expect(await log.changeTenure(conversation, 0, at(4, 'open'))).toBe(false);
      expect(await log.changeTenure(conversation, 0, at(3, 'closed'))).toBe(true);
      expect(await log.changeTenure(conversation, 2, at(3, 'refused'))).toBe(false);
      expect(await log.tenure(conversation)).toEqual(at(3, 'closed'));
    });

    it('is one that there is', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      expect(await log.tenure(conversation)).toBeNull();
      expect(await log.changeTenure(conversation, 0, at(1, 'closed'))).toBe(false);
      expect(codes(await log.append([aFoundingAppend({ conversation })]))).toEqual(['appended']);
      expect(await log.tenure(conversation)).toEqual(firstTenure);
    });

    it('tells nothing of a conversation when it fails', async ({ stores: { log }, dispose }) => {
      await dispose();
      await expectSilentFailure(() => log.tenure(marker));
      await expectSilentFailure(() => log.changeTenure(marker, 0, at(1, 'closed')));
      await expectSilentFailure(() => log.kept(marker));
    });
  });

  describe('a store that is closed for new conversations', () => {
    it('founds none, and goes on with those that there are', async ({ stores: { log } }) => {
      const { conversation } = await threeEntries(log);
      expect(await log.tenure(null)).toEqual(firstTenure);
      const term = await closeStore(log);
      const absent = aConversationId();
      const outcomes = await log.append([
        aFoundingAppend({ conversation: absent }),
        aMessageAppend(1, { conversation: absent }),
        aMessageAppend(1, { conversation }),
        aFoundingAppend({ conversation }),
      ]);
      expect(codes(outcomes)).toEqual(['closed', 'stale', 'appended', 'stale']);
      expect(await log.page(absent, 0, { entries: 9, bytes: 9 })).toBeNull();
      expect(await log.tenure(absent)).toBeNull();
      expect(await log.conversations({ after: null, limit: 9 })).toEqual([conversation]);
      expect(await log.tenure(null)).toEqual(at(term, 'closed'));
    });

    it('is changed by nobody who does not know its term, and founds again when it is opened', async ({
      stores: { log },
    }) => {
      const term = await closeStore(log);
      expect(await log.changeTenure(null, term - 1, at(term + 1, 'open'))).toBe(false);
      const founding = aFoundingAppend();
      expect(codes(await log.append([founding]))).toEqual(['closed']);
      expect(await log.changeTenure(null, term, at(term + 2, 'open'))).toBe(true);
      expect(await log.append([founding])).toMatchObject([{ code: 'appended', seq: 1 }]);
      expect(await log.tenure(founding.draft.conversation)).toMatchObject({ state: 'open' });
    });
  });
}
