import { describe, expect } from 'vitest';
import type { AppendOutcome, ConversationLog, Tenure } from '@sealpost/domain';
import { aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { turn } from '../turn.ts';
import { codes, pageOf, seqsOf, upTo } from './steps.ts';

const writers = 8;
const at = (term: number, state: Tenure['state']): Tenure => ({ term, state });

/** Appends one message after the other until it is told to end; answers the numbers that it got. */
async function write(
  log: ConversationLog,
  conversation: string,
  isOver: () => boolean,
): Promise<number[]> {
  const own: AppendOutcome[] = [];
  while (!isOver()) {
    own.push(...(await log.append([aMessageAppend(1, { conversation })])));
    await turn();
  }
  return own.flatMap((outcome) => (outcome.code === 'appended' ? [outcome.seq] : []));
}

export function racingClosings(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('closing while others append', () => {
    it('lets nothing in once it is answered, and loses and doubles nothing (G1, G2)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      await log.append([aFoundingAppend({ conversation })]);
      let isOver = false;
      const writing = many(writers, () => write(log, conversation, () => isOver));
      const head = async () => (await log.heads([conversation])).get(conversation)?.seq ?? 0;
      for (let term = 0; term < 8; term += 2) {
        const open = await head();
        expect(await log.changeTenure(conversation, term, at(term + 1, 'closed'))).toBe(true);
        const closed = await head();
        for (let look = 0; look < 5; look++) await turn();
        expect(await head()).toBe(closed);
        expect(closed).toBeGreaterThanOrEqual(open);
        expect(await log.changeTenure(conversation, term + 1, at(term + 2, 'open'))).toBe(true);
        while ((await head()) < closed + writers) await turn();
      }
      isOver = true;
      const got = (await Promise.all(writing)).flat();
      const last = await head();
      expect(got.toSorted((a, b) => a - b)).toEqual(upTo(last).slice(1));
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual(upTo(last));
    });

    it('lets one of those who know the term get its way', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await log.append([aFoundingAppend({ conversation })]);
      const all = many(writers, (index) => at(index + 1, index % 2 === 0 ? 'closed' : 'refused'));
      const answers = await Promise.all(all.map((to) => log.changeTenure(conversation, 0, to)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await log.tenure(conversation)).toEqual(all[answers.indexOf(true)]);
    });

    it('of the store lets no founding in once it is answered', async ({ stores: { log } }) => {
      const { term } = (await log.tenure(null)) ?? at(0, 'open');
      let isOver = false;
      const founding = many(writers, async () => {
        const outcomes: AppendOutcome[] = [];
        while (!isOver) {
          outcomes.push(...(await log.append([aFoundingAppend()])));
          await turn();
        }
        return codes(outcomes);
      });
      const count = async () => (await log.conversations({ after: null, limit: 10_000 })).length;
      while ((await count()) < writers) await turn();
      expect(await log.changeTenure(null, term, at(term + 1, 'closed'))).toBe(true);
      const closed = await count();
      for (let look = 0; look < 10; look++) await turn();
      expect(await count()).toBe(closed);
      isOver = true;
      const outcomes = (await Promise.all(founding)).flat();
      expect(outcomes.filter((code) => code === 'appended')).toHaveLength(closed);
      expect(await count()).toBe(closed);
    });
  });
}
