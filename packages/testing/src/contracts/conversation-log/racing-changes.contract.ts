import { describe, expect } from 'vitest';
import type { Append, ConversationId, ConversationLog } from '@sealpost/domain';
import { aCommitAppend, aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { codes, pageOf, seqsOf, upTo } from './steps.ts';

/** How many callers race. Adapters with several connections use them all. */
const callers = 16;

async function founded(log: ConversationLog): Promise<ConversationId> {
  const conversation = aConversationId();
  await log.append([aFoundingAppend({ conversation })]);
  return conversation;
}

export function racingChanges(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`${callers} callers at once, some with changes`, () => {
    it('found a conversation once (G7)', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const outcomes = await Promise.all(
        many(callers, () => log.append([aFoundingAppend({ conversation })])),
      );
      expect(codes(outcomes.flat()).toSorted()).toEqual([
        'appended',
        ...many(callers - 1, () => 'stale'),
      ]);
      expect((await pageOf(log, conversation)).entries).toHaveLength(1);
    });

    it('get exactly one change through on each version (G7)', async ({ stores: { log } }) => {
      const conversation = await founded(log);
      for (let version = 1; version <= 5; version += 1) {
        const outcomes = await Promise.all(
          many(callers, () => log.append([aCommitAppend(version, { conversation })])),
        );
        expect(codes(outcomes.flat()).toSorted()).toEqual([
          'appended',
          ...many(callers - 1, () => 'stale'),
        ]);
      }
      expect((await pageOf(log, conversation)).head).toMatchObject({ seq: 6, version: 6 });
    });

    it('get no message past a change that it was not decided on (G7)', async ({
      stores: { log },
    }) => {
      const conversation = await founded(log);
      const basisOf = new Map<string, number>();
      const given = (basis: number, append: Append): Append => {
        basisOf.set(append.draft.clientId, basis);
        return append;
      };
      const step = async (caller: number): Promise<void> => {
        const basis = (await log.heads([conversation])).get(conversation)?.version ?? 0;
        const batch = many(3, () => given(basis, aMessageAppend(basis, { conversation })));
        await log.append(
          caller % 4 === 0
            ? [...batch, given(basis, aCommitAppend(basis, { conversation }))]
            : batch,
        );
      };
      await Promise.all(
        many(callers, async (caller) => {
          for (let round = 0; round < 4; round += 1) await step(caller);
        }),
      );
      let version = 1;
      const { entries, head } = await pageOf(log, conversation);
      for (const { seq, kind, clientId } of entries.slice(1)) {
        expect(basisOf.get(clientId)).toBe(version);
        if (kind !== 'message') version = seq;
      }
      expect(head).toMatchObject({ seq: entries.length, version });
      expect(seqsOf(entries)).toEqual(upTo(entries.length));
    });
  });
}
