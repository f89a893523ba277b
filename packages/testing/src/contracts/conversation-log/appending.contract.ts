import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Append } from '@sealpost/domain';
import { anyAppend } from '../../arbitraries/append.ts';
import {
  aCommitAppend,
  aFoundingAppend,
  aMessageAppend,
  aRosterAppend,
} from '../../builders/append.ts';
import { bytesOf, someBytes } from '../../builders/bytes.ts';
import { aConversationId, anInstant, many } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, entryOf, pageOf, seqsOf, wide } from './steps.ts';

export function appending(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('appending', () => {
    it('numbers the entries of a conversation 1, 2, 3 in the order of the batch (G2)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const batch = [
        aFoundingAppend({ conversation }),
        ...many(9, () => aMessageAppend(1, { conversation })),
      ];
      const outcomes = await log.append(batch);
      expect(outcomes).toEqual(
        batch.map((_, index) => expect.objectContaining({ code: 'appended', seq: index + 1 })),
      );
      const { entries } = await pageOf(log, conversation);
      expect(entries.map(({ clientId }) => clientId)).toEqual(
        batch.map(({ draft }) => draft.clientId),
      );
    });

    it('answers each item of a batch over several conversations in its place', async ({
      stores: { log },
    }) => {
      const [one, other] = [aConversationId(), aConversationId()];
      const outcomes = await log.append([
        aFoundingAppend({ conversation: one }),
        aMessageAppend(7, { conversation: other }),
        aFoundingAppend({ conversation: other, class: 'loud' }),
        aMessageAppend(1, { conversation: one }),
        aMessageAppend(1, { conversation: other }),
      ]);
      const acceptedAt = anInstant;
      expect(outcomes).toEqual([
        { code: 'appended', seq: 1, acceptedAt, loud: 0 },
        { code: 'stale' },
        { code: 'appended', seq: 1, acceptedAt, loud: 1 },
        { code: 'appended', seq: 2, acceptedAt, loud: 1 },
        { code: 'appended', seq: 2, acceptedAt, loud: 2 },
      ]);
    });

    it('answers an empty batch with nothing', async ({ stores: { log } }) => {
      expect(await log.append([])).toEqual([]);
    });

    it('stores what it is given and knows no rule', async ({ stores: { log } }) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyAppend, { minLength: 1, maxLength: 6 }), async (given) => {
          const conversation = aConversationId();
          const expected = [];
          let basis = 0;
          for (const { draft, ...rest } of given) {
            const append: Append = { ...rest, basis, draft: { ...draft, conversation } };
            const [outcome] = await appendAll(log, [append]);
            if (!outcome) continue;
            expected.push(plain(entryOf(append, outcome)));
            if (draft.kind !== 'message') basis = outcome.seq;
          }
          expect(plain((await pageOf(log, conversation)).entries)).toEqual(expected);
        }),
        { numRuns: 25 },
      );
    });

    it('keeps its entries whatever becomes of the bytes that it was given or that it gave', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const pool = someBytes(64, 1);
      const digest = someBytes(32, 2);
      const bytes = pool.subarray(16, 24);
      const parts = [{ audience: 'all' as const, bytes }];
      const founding = aFoundingAppend({ conversation, digest }, { parts });
      await log.append([founding]);
      pool.fill(9);
      digest.fill(9);
      const given = async () => {
        const page = await pageOf(log, conversation);
        const { clientId, sender } = founding.draft;
        const [known] = await log.append([founding]);
        return [
          page.entries[0]?.parts[0]?.bytes,
          page.entries[0]?.digest,
          (await log.load(conversation))?.changes[0]?.digest,
          (await log.find(conversation, sender.device, clientId))?.digest,
          known?.code === 'known' ? known.digest : undefined,
        ];
      };
      const first = await given();
      const asStored = [someBytes(8, 1), ...many(4, () => someBytes(32, 2))];
      expect(plain(first)).toEqual(plain(asStored));
      first.forEach((gift) => gift?.fill(9));
      expect(plain(await given())).toEqual(plain(asStored));
    });

    it('shows everything that an answer tells to whoever reads after the answer (G1)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation })]);
      for (const append of many(5, () => aMessageAppend(1, { conversation }))) {
        const [answer] = await appendAll(log, [append]);
        const { sender, clientId } = append.draft;
        expect((await log.heads([conversation])).get(conversation)?.seq).toBe(answer?.seq);
        expect(seqsOf((await pageOf(log, conversation, (answer?.seq ?? 0) - 1)).entries)).toEqual([
          answer?.seq,
        ]);
        expect((await log.find(conversation, sender.device, clientId))?.seq).toBe(answer?.seq);
      }
    });

    it('never lets the time of acceptance fall within a conversation', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const times = [anInstant, anInstant + 50, anInstant + 20, anInstant - 1000, anInstant + 51];
      const outcomes = await log.append(
        times.map((now, index) =>
          index === 0
            ? aFoundingAppend({ conversation }, { now })
            : aMessageAppend(1, { conversation }, { now }),
        ),
      );
      const expected = [0, 50, 50, 50, 51].map((ms) =>
        expect.objectContaining({ acceptedAt: anInstant + ms }),
      );
      expect(outcomes).toEqual(expected);
      expect((await pageOf(log, conversation)).entries).toEqual(expected);
      const [later] = await appendAll(log, [
        aMessageAppend(1, { conversation }, { now: anInstant }),
      ]);
      expect(later?.acceptedAt).toBe(anInstant + 51);
    });

    it('takes every entry but a message for a new version', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const versions = [];
      for (const append of [
        aFoundingAppend({ conversation }),
        aMessageAppend(1, { conversation }),
        aRosterAppend(1, { conversation }),
        aMessageAppend(3, { conversation }),
        aMessageAppend(3, { conversation }),
        aCommitAppend(3, { conversation }),
        aMessageAppend(6, { conversation }),
      ]) {
        await appendAll(log, [append]);
        versions.push((await log.heads([conversation])).get(conversation)?.version);
      }
      expect(versions).toEqual([1, 1, 3, 3, 3, 6, 6]);
    });

    it('counts the loud entries up to and with each entry', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const classes = ['quiet', 'loud', 'quiet', 'loud', 'loud'] as const;
      const outcomes = await log.append(
        classes.map((loudness, index) =>
          index === 0
            ? aFoundingAppend({ conversation, class: loudness })
            : aMessageAppend(1, { conversation, class: loudness }),
        ),
      );
      const expected = [0, 1, 1, 2, 3].map((loud) => expect.objectContaining({ loud }));
      expect(outcomes).toEqual(expected);
      expect((await pageOf(log, conversation)).entries).toEqual(expected);
    });

    it('tells nothing of an entry when it fails', async ({ stores: { log }, dispose }) => {
      const parts = [{ audience: 'all' as const, bytes: bytesOf(marker) }];
      const founding = aFoundingAppend({ conversation: marker, clientId: marker }, { parts });
      await dispose();
      await expectSilentFailure(() => log.append([founding]));
      await expectSilentFailure(() => log.load(marker));
      await expectSilentFailure(() => log.page(marker, 0, wide));
      await expectSilentFailure(() => log.heads([marker]));
      await expectSilentFailure(() => log.movedSince(anInstant, 10));
      await expectSilentFailure(() => log.conversations({ after: marker, limit: 9 }));
      await expectSilentFailure(() => log.find(marker, marker, marker));
      await expectSilentFailure(() => log.saveSnapshot(marker, 1, marker));
      await expectSilentFailure(() => log.markRestored(2));
    });
  });
}
