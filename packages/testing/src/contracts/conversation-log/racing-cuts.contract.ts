import { describe, expect } from 'vitest';
import type { AppendOutcome, ConversationId, ConversationLog, Seq } from '@sealpost/domain';
import { aCut, aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { bounded, turn } from '../turn.ts';
import { codes, pageOf, seqsOf } from './steps.ts';

const writers = 8;
const rounds = 10;
const sent = writers * rounds;

async function founded(log: ConversationLog): Promise<ConversationId> {
  const conversation = aConversationId();
  await log.append([aFoundingAppend({ conversation })]);
  return conversation;
}

async function write(log: ConversationLog, conversation: ConversationId): Promise<AppendOutcome[]> {
  const outcomes = await Promise.all(
    many(writers, async () => {
      const own: AppendOutcome[] = [];
      for (let round = 0; round < rounds; round++)
        own.push(...(await log.append([aMessageAppend(1, { conversation })])));
      return own;
    }),
  );
  return outcomes.flat();
}

/** Cuts all that is there, again and again, until that many entries are no more. Answers how many these cuts took. */
async function cutUpTo(
  log: ConversationLog,
  conversation: ConversationId,
  end: Seq,
): Promise<number> {
  let count = 0;
  const round = bounded(100_000);
  for (let floor = 0; floor < end; await turn()) {
    round();
    floor = (await log.heads([conversation])).get(conversation)?.seq ?? 0;
    count += await log.cut(aCut(conversation, floor, 1, 1));
  }
  return count;
}

export function racingCuts(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`cuts beside ${writers} writers`, () => {
    it('leave numbers dense and take each entry once, however many cut (G2)', async ({
      stores: { log },
    }) => {
      const conversation = await founded(log);
      const [outcomes, ...counts] = await Promise.all([
        write(log, conversation),
        ...many(3, () => cutUpTo(log, conversation, sent + 1)),
      ]);
      expect(new Set(codes(outcomes))).toEqual(new Set(['appended']));
      const numbers = outcomes.map((outcome) => ('seq' in outcome ? outcome.seq : 0));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(many(sent, (index) => index + 2));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sent + 1);
      const { entries, head } = await pageOf(log, conversation, sent + 1);
      expect([entries, head.seq, head.floor]).toEqual([[], sent + 1, sent + 1]);
    });

    it('never show a reader a hole: a page begins where it was asked for, or is empty below the floor (G5)', async ({
      stores: { log },
    }) => {
      const conversation = await founded(log);
      const read = async (): Promise<void> => {
        const round = bounded(100_000);
        for (let after = 0; after <= sent; await turn()) {
          round();
          const limit = { entries: 3, bytes: 1 << 20 };
          const page = await pageOf(log, conversation, after, limit);
          const { floor, seq } = page.head;
          const due = floor > after ? 0 : Math.min(limit.entries, seq - after);
          expect(seqsOf(page.entries)).toEqual(many(due, (index) => after + 1 + index));
          after = Math.max(page.entries.at(-1)?.seq ?? after, floor);
        }
      };
      const cutting = cutUpTo(log, conversation, sent + 1);
      await Promise.all([write(log, conversation), cutting, read(), read()]);
    });

    it('append a send once or, after its cut, anew: it is never lost (G4)', async ({
      stores: { log },
    }) => {
      const conversation = await founded(log);
      const message = aMessageAppend(1, { conversation });
      const { sender, clientId } = message.draft;
      const [outcomes] = await Promise.all([
        Promise.all(many(writers, () => log.append([message]))),
        cutUpTo(log, conversation, 2),
      ]);
      const appended = outcomes.flat().filter(({ code }) => code === 'appended');
      const { head } = await pageOf(log, conversation);
      expect(head.seq).toBe(1 + appended.length);
      expect(appended.length).toBeGreaterThan(0);
      const found = await log.find(conversation, sender.device, clientId);
      expect(found?.seq ?? head.floor).toBe(head.seq);
    });
  });
}
