import { describe, expect } from 'vitest';
import { aCommitAppend, aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aConversationId, anInstant } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf } from './steps.ts';

export function staleItems(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a stale item', () => {
    it('is one whose basis is not the version (G7)', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [
        aFoundingAppend({ conversation }),
        aMessageAppend(1, { conversation }),
        aCommitAppend(1, { conversation }),
      ]);
      const items = [0, 1, 2, 4].flatMap((basis) => [
        aMessageAppend(basis, { conversation }),
        aCommitAppend(basis, { conversation }),
      ]);
      const nowhere = { conversation: aConversationId() };
      const outcomes = await log.append([
        ...items,
        aFoundingAppend({ conversation }),
        aMessageAppend(1, nowhere),
        aCommitAppend(3, nowhere),
      ]);
      expect(outcomes).toEqual(outcomes.map(() => ({ code: 'stale' })));
      expect((await pageOf(log, conversation)).head).toMatchObject({ seq: 3, version: 3 });
      expect(await log.load(nowhere.conversation)).toBeNull();
    });

    it('is judged by the version that the items before it left (G7)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const outcomes = await log.append([
        aFoundingAppend({ conversation }),
        aCommitAppend(1, { conversation }),
        aCommitAppend(1, { conversation }),
        aMessageAppend(1, { conversation }),
        aMessageAppend(2, { conversation }),
        aCommitAppend(2, { conversation }),
        aMessageAppend(2, { conversation }),
        aMessageAppend(4, { conversation }),
      ]);
      const [yes, no] = ['appended', 'stale'];
      expect(codes(outcomes)).toEqual([yes, yes, no, no, yes, yes, no, yes]);
    });

    it('leaves nothing behind, so that it can be decided again under its client id', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation }), aCommitAppend(1, { conversation })]);
      const message = aMessageAppend(1, { conversation }, { now: anInstant + 99 });
      const { sender, clientId } = message.draft;
      expect(codes(await log.append([message]))).toEqual(['stale']);
      expect(await log.find(conversation, sender.device, clientId)).toBeNull();
      expect((await pageOf(log, conversation)).head).toMatchObject({
        seq: 2,
        loud: 0,
        acceptedAt: anInstant,
      });
      expect(codes(await log.append([{ ...message, basis: 2 }]))).toEqual(['appended']);
    });

    it('does not delay or fail the items of another conversation', async ({ stores: { log } }) => {
      const [stuck, free] = [aConversationId(), aConversationId()];
      await appendAll(log, [
        aFoundingAppend({ conversation: stuck }),
        aFoundingAppend({ conversation: free }),
      ]);
      const outcomes = await log.append([
        aMessageAppend(9, { conversation: stuck }),
        aMessageAppend(1, { conversation: free }),
        aCommitAppend(9, { conversation: stuck }),
        aMessageAppend(1, { conversation: free }),
      ]);
      expect(codes(outcomes)).toEqual(['stale', 'appended', 'stale', 'appended']);
      expect((await pageOf(log, free)).head.seq).toBe(3);
    });
  });
}
