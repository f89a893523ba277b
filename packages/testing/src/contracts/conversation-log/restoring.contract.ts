import { describe, expect } from 'vitest';
import type { ConversationId, ConversationLog, Head } from '@sealpost/domain';
import { aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { pageOf } from './steps.ts';

async function entries(log: ConversationLog, count: number): Promise<ConversationId> {
  const conversation = aConversationId();
  await log.append([
    aFoundingAppend({ conversation }),
    ...many(count - 1, () => aMessageAppend(1, { conversation })),
  ]);
  return conversation;
}

/** What each way of reading the head says; all must say the same. */
async function restoresOf(
  log: ConversationLog,
  conversation: ConversationId,
): Promise<Head['restores'] | undefined> {
  const restores = (await log.heads([conversation])).get(conversation)?.restores;
  expect((await pageOf(log, conversation)).head.restores).toEqual(restores);
  expect((await log.load(conversation))?.head.restores).toEqual(restores);
  expect((await log.movedSince(0, 1000)).get(conversation)?.restores).toEqual(restores);
  return restores;
}

export function restoring(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a restore', () => {
    it('is noted in every log where it stands (G9)', async ({ stores: { log } }) => {
      const [three, five] = [await entries(log, 3), await entries(log, 5)];
      await log.markRestored(2);
      expect(await restoresOf(log, three)).toEqual([{ incarnation: 2, head: 3 }]);
      expect(await restoresOf(log, five)).toEqual([{ incarnation: 2, head: 5 }]);
    });

    it('keeps its first note when it is marked again (G9)', async ({ stores: { log } }) => {
      const conversation = await entries(log, 3);
      await log.markRestored(2);
      await log.append([aMessageAppend(1, { conversation })]);
      await log.markRestored(2);
      expect(await restoresOf(log, conversation)).toEqual([{ incarnation: 2, head: 3 }]);
    });

    it('follows earlier ones, oldest first (G9)', async ({ stores: { log } }) => {
      const conversation = await entries(log, 3);
      await log.markRestored(2);
      await log.append(many(2, () => aMessageAppend(1, { conversation })));
      await log.markRestored(3);
      expect(await restoresOf(log, conversation)).toEqual([
        { incarnation: 2, head: 3 },
        { incarnation: 3, head: 5 },
      ]);
    });

    it('changes nothing else, and is not in logs that begin later (G9)', async ({
      stores: { log },
    }) => {
      const conversation = await entries(log, 3);
      const before = await pageOf(log, conversation);
      await log.markRestored(2);
      const after = await pageOf(log, conversation);
      expect(after.entries).toEqual(before.entries);
      expect(after.head).toEqual({ ...before.head, restores: [{ incarnation: 2, head: 3 }] });
      expect(await restoresOf(log, await entries(log, 1))).toEqual([]);
    });
  });
}
