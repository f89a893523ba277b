import { describe, expect } from 'vitest';
import type { Append, ConversationLog, Cut, Seq } from '@sealpost/domain';
import {
  aCommitAppend,
  aCut,
  aFoundingAppend,
  aMessageAppend,
  aPart,
  aRosterAppend,
} from '../../builders/append.ts';
import { bytesOf } from '../../builders/bytes.ts';
import { aConversationId, anInstant } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf, seqsOf, wide } from './steps.ts';

const forJoiners = [aPart(), { audience: 'joiners' as const, bytes: bytesOf('for joiners') }];

/** Changes at 1, 3 and 5, messages at 2, 4 and 6. */
async function sixEntries(log: ConversationLog) {
  const conversation = aConversationId();
  const appends: readonly Append[] = [
    aFoundingAppend({ conversation }),
    aMessageAppend(1, { conversation }),
    aCommitAppend(1, { conversation }, { parts: forJoiners }),
    aMessageAppend(3, { conversation }),
    aRosterAppend(3, { conversation }),
    aMessageAppend(5, { conversation }),
  ];
  await appendAll(log, appends);
  const cut = (floor: Seq, about: Partial<Cut> = {}) =>
    log.cut({ ...aCut(conversation, floor, 5, 3), ...about });
  const find = (seq: Seq) => {
    const { sender, clientId } = appends[seq - 1]?.draft ?? aFoundingAppend().draft;
    return log.find(conversation, sender.device, clientId);
  };
  return { conversation, appends, cut, find };
}

export function cutting(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a cut', () => {
    it('takes the entries up to the floor and leaves the others as they are', async ({
      stores: { log },
    }) => {
      const { conversation, cut } = await sixEntries(log);
      const before = await pageOf(log, conversation);
      expect(before.head.floor).toBe(0);
      expect(await cut(4)).toBe(4);
      const after = await pageOf(log, conversation, 4);
      expect(plain(after.entries)).toEqual(plain(before.entries.slice(4)));
      expect(after.head).toEqual({ ...before.head, floor: 4 });
      expect(await log.entry(conversation, 4)).toBeNull();
      expect(plain(await log.entry(conversation, 5))).toEqual(plain(before.entries[4]));
    });

    it('is in every head', async ({ stores: { log } }) => {
      const { conversation, cut } = await sixEntries(log);
      await cut(2);
      const heads = [
        (await log.heads([conversation])).get(conversation),
        (await log.movedSince(0, 10)).get(conversation),
        (await log.load(conversation))?.head,
      ];
      expect(heads.map((head) => head?.floor)).toEqual([2, 2, 2]);
    });

    it('leaves no entries for a page that begins below it', async ({ stores: { log } }) => {
      const { conversation, cut } = await sixEntries(log);
      await cut(4);
      for (const after of [0, 2, 3]) {
        const page = await pageOf(log, conversation, after);
        expect([seqsOf(page.entries), page.head.floor]).toEqual([[], 4]);
      }
    });

    it('makes a send that is given again a new one, and one that is named out of turn (G4)', async ({
      stores: { log },
    }) => {
      const { conversation, appends, cut, find } = await sixEntries(log);
      const [, second, , , , sixth] = appends;
      const { sender, clientId: after } = second?.draft ?? aFoundingAppend().draft;
      await cut(4);
      expect(await find(2)).toBeNull();
      expect((await find(6))?.seq).toBe(6);
      const again = (given: Append | undefined) => (given ? [{ ...given, basis: 5 }] : []);
      expect(
        codes(
          await log.append([
            aMessageAppend(5, { conversation, sender, after }),
            ...again(sixth),
            ...again(second),
          ]),
        ),
      ).toEqual(['out_of_turn', 'known', 'appended']);
      expect((await find(2))?.seq).toBe(7);
    });

    it('of everything leaves the head, from which numbers, counts and times go on (G2)', async ({
      stores: { log },
    }) => {
      const { conversation, cut } = await sixEntries(log);
      const before = (await pageOf(log, conversation)).head;
      expect(await cut(6)).toBe(6);
      expect(await pageOf(log, conversation, 6)).toEqual({
        entries: [],
        head: { ...before, floor: 6 },
      });
      const late = { now: anInstant - 99 };
      const [next] = await appendAll(log, [aMessageAppend(5, { conversation }, late)]);
      expect(next).toMatchObject({ seq: 7, loud: before.loud + 1, acceptedAt: before.acceptedAt });
      expect(seqsOf((await pageOf(log, conversation, 6)).entries)).toEqual([7]);
    });

    it('keeps the entry that it names: found, known and read by itself, but in no page', async ({
      stores: { log },
    }) => {
      const { conversation, appends, cut, find } = await sixEntries(log);
      const before = await log.entry(conversation, 3);
      await cut(5);
      expect(plain(await log.entry(conversation, 3))).toEqual(plain(before));
      expect((await find(3))?.seq).toBe(3);
      expect(codes(await log.append(appends.slice(2, 3)))).toEqual(['known']);
      expect((await pageOf(log, conversation, 2)).entries).toEqual([]);
      expect(await cut(6)).toBe(1);
      expect(plain(await log.entry(conversation, 3))).toEqual(plain(before));
    });

    it('drops what an earlier one kept when it names another entry', async ({
      stores: { log },
    }) => {
      const { conversation, cut, find } = await sixEntries(log);
      await cut(4);
      const next = aCommitAppend(5, { conversation }, { parts: forJoiners, supersedes: 3 });
      await appendAll(log, [next]);
      expect(plain((await log.entry(conversation, 3))?.parts)).toEqual(plain([aPart()]));
      await cut(6, { version: 7, keep: 7 });
      expect([await log.entry(conversation, 3), await find(3)]).toEqual([null, null]);
      expect(plain((await log.entry(conversation, 7))?.parts)).toEqual(plain(forJoiners));
    });

    it('changes nothing below an earlier one, above the head, or where there is no log', async ({
      stores: { log },
    }) => {
      const { conversation, cut } = await sixEntries(log);
      await cut(3);
      const before = [await pageOf(log, conversation, 3), await log.load(conversation, 'floor')];
      for (const floor of [1, 3, 7]) expect(await cut(floor, { state: 'other' })).toBe(0);
      expect(await log.cut(aCut(aConversationId(), 1, 1, 1))).toBe(0);
      const after = [await pageOf(log, conversation, 3), await log.load(conversation, 'floor')];
      expect(plain(after)).toEqual(plain(before));
    });

    it('changes nothing when its state does not cover a change that it takes', async ({
      stores: { log },
    }) => {
      const { conversation, cut, find } = await sixEntries(log);
      expect(await cut(5, { version: 3 })).toBe(0);
      expect(seqsOf((await pageOf(log, conversation)).entries)).toHaveLength(6);
      expect((await find(1))?.seq).toBe(1);
      expect((await log.load(conversation))?.snapshot).toBeNull();
      expect(await cut(4, { version: 3 })).toBe(4);
      // Of the change at 3 nothing is left but the state.
      expect(await cut(5, { version: 1 })).toBe(0);
      expect(await cut(6, { version: 1 })).toBe(0);
      expect((await log.load(conversation, 'floor'))?.snapshot?.version).toBe(3);
    });

    it('stores the state that the log is folded from then on', async ({ stores: { log } }) => {
      const { conversation, cut } = await sixEntries(log);
      await cut(3, { version: 3, state: 'at three' });
      for (const from of ['newest', 'floor'] as const) {
        const loaded = await log.load(conversation, from);
        expect(loaded?.snapshot).toEqual({ version: 3, state: 'at three' });
        expect(loaded?.changes.map(({ seq }) => seq)).toEqual([5]);
      }
      await log.saveSnapshot(conversation, 5, 'a shortcut');
      expect(await log.load(conversation)).toMatchObject({
        snapshot: { version: 5, state: 'a shortcut' },
        changes: [],
      });
      const anew = await log.load(conversation, 'floor');
      expect(anew?.snapshot).toEqual({ version: 3, state: 'at three' });
      expect(anew?.changes.map(({ seq }) => seq)).toEqual([5]);
    });

    it('leaves a stored state that is newer', async ({ stores: { log } }) => {
      const { conversation, cut } = await sixEntries(log);
      await log.saveSnapshot(conversation, 5, 'a shortcut');
      await cut(2, { version: 1, state: 'at one' });
      const snapshot = { version: 5, state: 'a shortcut' };
      expect(await log.load(conversation)).toMatchObject({ snapshot, changes: [] });
      const anew = await log.load(conversation, 'floor');
      expect(anew?.snapshot).toEqual({ version: 1, state: 'at one' });
      expect(anew?.changes.map(({ seq }) => seq)).toEqual([3, 5]);
    });

    it('that was never made leaves all changes to fold', async ({ stores: { log } }) => {
      const { conversation } = await sixEntries(log);
      await log.saveSnapshot(conversation, 3, 'a shortcut');
      const anew = await log.load(conversation, 'floor');
      expect(anew?.snapshot).toBeNull();
      expect(anew?.changes.map(({ seq }) => seq)).toEqual([1, 3, 5]);
    });

    it('keeps the notes of restores (G9)', async ({ stores: { log } }) => {
      const { conversation, cut } = await sixEntries(log);
      await log.markRestored(2);
      await cut(6);
      await log.markRestored(3);
      expect((await pageOf(log, conversation, 6)).head.restores).toEqual([
        { incarnation: 2, head: 6 },
        { incarnation: 3, head: 6 },
      ]);
    });

    it('tells nothing of a conversation when it fails', async ({ stores: { log }, dispose }) => {
      await dispose();
      await expectSilentFailure(() => log.cut({ ...aCut(marker, 1, 1, 1), state: marker }));
      await expectSilentFailure(() => log.entry(marker, 1));
      const page = { after: marker, conversations: 1, entries: 1 };
      await expectSilentFailure(() => log.expiring(anInstant, page));
      await expectSilentFailure(() => log.page(marker, 0, wide));
    });
  });
}
