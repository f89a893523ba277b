import { describe, expect } from 'vitest';
import {
  firstTenure,
  type Adoption,
  type Append,
  type ConversationLog,
  type Entry,
  type Seq,
} from '@sealpost/domain';
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

/** Changes at 1, 3 and 5, messages at 2, 4 and 6; of another conversation, whose log stands for that of another store. */
async function anOriginal(log: ConversationLog) {
  const source = aConversationId();
  const about = { conversation: source };
  const later = { now: anInstant + 5 };
  const appends: readonly Append[] = [
    aFoundingAppend(about),
    aMessageAppend(1, { ...about, class: 'quiet', blobs: ['a', 'b'] }),
    aCommitAppend(1, about, { parts: forJoiners }),
    aMessageAppend(3, { ...about, after: null }, later),
    aRosterAppend(3, about),
    aMessageAppend(5, about),
  ];
  await appendAll(log, appends);
  return { source, appends };
}

/** What there is of the original, for a conversation of another name; with entries up to `last` only. */
async function partOf(
  log: ConversationLog,
  source: string,
  conversation: string,
  last: Seq = Infinity,
): Promise<Adoption> {
  const loaded = await log.load(source, 'floor');
  const head = loaded?.head ?? { ...(await pageOf(log, source)).head };
  const { entries } = await pageOf(log, source, head.floor);
  const kept = await log.kept(source);
  const renamed = (entry: Entry): Entry => ({ ...entry, conversation });
  return {
    conversation,
    head: { ...head, tenure: firstTenure },
    state: loaded?.snapshot ?? null,
    kept: kept && renamed(kept),
    entries: entries.filter(({ seq }) => seq <= last).map(renamed),
  };
}

/** All that can be read of a log. */
async function contentOf(log: ConversationLog, conversation: string): Promise<unknown> {
  const { head, entries } = await pageOf(log, conversation);
  const above = await pageOf(log, conversation, head.floor);
  const loaded = await log.load(conversation, 'floor');
  const content = {
    head: { ...head, tenure: null },
    entries: [...entries, ...above.entries].map((entry) => ({ ...entry, conversation: '' })),
    snapshot: loaded?.snapshot,
    changes: loaded?.changes.map((change) => ({ ...change, conversation: '' })),
    kept: { ...(await log.kept(conversation)), conversation: '' },
  };
  return plain(content);
}

export function adopting(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('taking over a log', () => {
    it('gives a closed one that is the same in everything, and goes on when it is opened (G2, G4)', async ({
      stores: { log },
    }) => {
      const { source, appends } = await anOriginal(log);
      const conversation = aConversationId();
      await log.markRestored(2);
      expect(await log.adopt(await partOf(log, source, conversation, 4))).toBe(true);
      expect(await log.tenure(conversation)).toEqual({ term: 0, state: 'closed' });
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual([1, 2, 3, 4]);
      expect(codes(await log.append([aMessageAppend(3, { conversation })]))).toEqual(['closed']);
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
      expect(await log.changeTenure(conversation, 0, { term: 2, state: 'open' })).toBe(true);
      const again = appends.map((append) => ({
        ...append,
        draft: { ...append.draft, conversation },
      }));
      const known = await log.append(again);
      expect(codes(known)).toEqual(appends.map(() => 'known'));
      expect(known.map((outcome) => ('seq' in outcome ? outcome.seq : 0))).toEqual([
        ...[1, 2, 3, 4, 5, 6],
      ]);
      expect(await log.append([aMessageAppend(5, { conversation })])).toMatchObject([
        { code: 'appended', seq: 7, loud: 3, acceptedAt: anInstant + 5 },
      ]);
    });

    it('can be repeated, with older parts too, and changes nothing then', async ({
      stores: { log },
    }) => {
      const { source } = await anOriginal(log);
      const conversation = aConversationId();
      const first = await partOf(log, source, conversation, 3);
      const all = await partOf(log, source, conversation);
      for (const part of [first, first, all, first, all]) expect(await log.adopt(part)).toBe(true);
      expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
    });

    it('refuses what is not the same under one of its numbers, and what would leave a hole', async ({
      stores: { log },
    }) => {
      const { source } = await anOriginal(log);
      const conversation = aConversationId();
      const first = await partOf(log, source, conversation, 3);
      const all = await partOf(log, source, conversation);
      expect(await log.adopt({ ...all, entries: all.entries.slice(1) })).toBe(false);
      expect(await log.tenure(conversation)).toBeNull();
      await log.adopt(first);
      const before = await contentOf(log, conversation);
      const other = all.entries.map((entry) =>
        entry.seq === 2 ? { ...entry, parts: [aPart('another')] } : entry,
      );
      expect(await log.adopt({ ...all, entries: other })).toBe(false);
      expect(await log.adopt({ ...all, entries: all.entries.slice(4) })).toBe(false);
      expect(await contentOf(log, conversation)).toEqual(before);
    });

    it('is not done to a log that is open', async ({ stores: { log } }) => {
      const { source } = await anOriginal(log);
      const conversation = aConversationId();
      await log.append([aFoundingAppend({ conversation })]);
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(false);
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual([1]);
    });

    it('makes it with the term that the store has for new conversations', async ({
      stores: { log },
    }) => {
      const { source } = await anOriginal(log);
      const { term } = (await log.tenure(null)) ?? firstTenure;
      await log.changeTenure(null, term, { term: term + 3, state: 'closed' });
      const conversation = aConversationId();
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(await log.tenure(conversation)).toEqual({ term: term + 3, state: 'closed' });
    });

    it('takes the floor with its state and the entry that is kept', async ({ stores: { log } }) => {
      const { source, appends } = await anOriginal(log);
      await log.cut(aCut(source, 4, 5, 3));
      const conversation = aConversationId();
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
      expect((await log.kept(conversation))?.seq).toBe(3);
      const { sender, clientId } = appends[2]?.draft ?? aFoundingAppend().draft;
      expect((await log.find(conversation, sender.device, clientId))?.seq).toBe(3);
      expect(await log.entry(conversation, 2)).toBeNull();
      await log.changeTenure(conversation, 0, { term: 1, state: 'open' });
      expect(await log.cut(aCut(conversation, 6, 1, 1))).toBe(0);
      expect(await log.cut(aCut(conversation, 6, 5, 3))).toBe(2);
      expect(await log.append([aMessageAppend(5, { conversation })])).toMatchObject([{ seq: 7 }]);
    });

    it('of which nothing is left above the floor keeps its head (G2)', async ({
      stores: { log },
    }) => {
      const { source } = await anOriginal(log);
      await log.cut(aCut(source, 6, 5, 5));
      const conversation = aConversationId();
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
      await log.changeTenure(conversation, 0, { term: 1, state: 'open' });
      expect(codes(await log.append([aMessageAppend(1, { conversation })]))).toEqual(['stale']);
      expect(await log.append([aMessageAppend(5, { conversation })])).toMatchObject([
        { seq: 7, loud: 3, acceptedAt: anInstant + 5 },
      ]);
      expect(seqsOf((await pageOf(log, conversation, 6)).entries)).toEqual([7]);
    });

    it('takes a cut that was made since, and parts for joiners that were dropped since', async ({
      stores: { log },
    }) => {
      const { source } = await anOriginal(log);
      const conversation = aConversationId();
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(plain((await log.entry(conversation, 3))?.parts)).toEqual(plain(forJoiners));
      const next = aCommitAppend(5, { conversation: source }, { parts: forJoiners, supersedes: 3 });
      await appendAll(log, [next]);
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(plain((await log.entry(conversation, 3))?.parts)).toEqual(plain([aPart()]));
      expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
      await log.cut(aCut(source, 5, 5, 3));
      expect(await log.adopt(await partOf(log, source, conversation))).toBe(true);
      expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
    });

    it('goes on with a log that was closed here and written to elsewhere, cut or not (G2)', async ({
      stores: { log },
    }) => {
      for (const floor of [0, 2, 6]) {
        const { source, appends } = await anOriginal(log);
        const conversation = aConversationId();
        const own = appends.slice(0, 3).map((append) => ({
          ...append,
          draft: { ...append.draft, conversation },
        }));
        await appendAll(log, own);
        await log.changeTenure(conversation, 0, { term: 1, state: 'closed' });
        if (floor > 0) await log.cut(aCut(source, floor, 5, 3));
        const all = await partOf(log, source, conversation);
        const half = { ...all, entries: all.entries.slice(0, 2) };
        for (const part of [half, all]) expect(await log.adopt(part)).toBe(true);
        expect(await contentOf(log, conversation)).toEqual(await contentOf(log, source));
        await log.changeTenure(conversation, 1, { term: 5, state: 'open' });
        expect(await log.append([aMessageAppend(5, { conversation })])).toMatchObject([{ seq: 7 }]);
        const { head } = await pageOf(log, conversation, 6);
        expect(head).toMatchObject({ seq: 7, floor, tenure: { term: 5, state: 'open' } });
        expect((await log.page(conversation, 6, wide))?.entries).toHaveLength(1);
      }
    });

    it('tells nothing of a conversation when it fails', async ({ stores: { log }, dispose }) => {
      const { source } = await anOriginal(log);
      const part = await partOf(log, source, marker);
      await dispose();
      await expectSilentFailure(() => log.adopt(part));
    });
  });
}
