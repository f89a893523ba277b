import { describe, expect } from 'vitest';
import { aCommitAppend, aFoundingAppend, aMessageAppend, aPart } from '../../builders/append.ts';
import { sha256Of } from '../../builders/bytes.ts';
import { aClientId, aConversationId, aDeviceRef, anInstant } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf, seqsOf, upTo } from './steps.ts';

export function knownSends(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a send that is known', () => {
    it('is answered with the values of the first, whatever bytes come again (G4)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const [sender, clientId, digest] = [aDeviceRef(), aClientId(), sha256Of('the first')];
      const message = aMessageAppend(1, { conversation, sender, clientId, digest });
      const [, first] = await appendAll(log, [aFoundingAppend({ conversation }), message]);
      await appendAll(log, [aMessageAppend(1, { conversation }, { now: anInstant + 9 })]);
      const other = { conversation, sender, clientId, digest: sha256Of('the second') };
      const again = await log.append([
        { ...message, now: anInstant + 10 },
        aMessageAppend(1, other, { parts: [aPart('something else')] }),
        aCommitAppend(1, other),
      ]);
      const known = { code: 'known', seq: 2, acceptedAt: first?.acceptedAt, digest };
      expect(plain(again)).toEqual(plain([known, known, known]));
      const { entries, head } = await pageOf(log, conversation);
      expect(plain(entries[1])).toMatchObject(
        plain({ ...message.draft, parts: message.parts }) as object,
      );
      expect([head.seq, head.version, entries.length]).toEqual([3, 1, 3]);
    });

    it('is seen within the batch (G4)', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const founding = aFoundingAppend({ conversation });
      const message = aMessageAppend(1, { conversation });
      const outcomes = await log.append([founding, message, founding, message]);
      expect(codes(outcomes)).toEqual(['appended', 'appended', 'known', 'known']);
      expect(outcomes[3]).toMatchObject({ seq: 2, acceptedAt: anInstant });
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual([1, 2]);
    });

    it('is one of the same device in the same conversation', async ({ stores: { log } }) => {
      const [conversation, elsewhere] = [aConversationId(), aConversationId()];
      const [sender, clientId] = [aDeviceRef(), aClientId()];
      const outcomes = await log.append([
        aFoundingAppend({ conversation, sender, clientId }),
        aMessageAppend(1, { conversation, sender: aDeviceRef(sender.account), clientId }),
        aFoundingAppend({ conversation: elsewhere, sender, clientId }),
        aMessageAppend(1, { conversation, sender, clientId }),
      ]);
      expect(codes(outcomes)).toEqual(['appended', 'appended', 'appended', 'known']);
    });

    it('is known before it is stale or out of turn', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const message = aMessageAppend(1, { conversation });
      await appendAll(log, [
        aFoundingAppend({ conversation }),
        message,
        aCommitAppend(1, { conversation }),
      ]);
      const draft = { ...message.draft, after: aClientId() };
      expect(codes(await log.append([message, { ...message, draft, basis: 77 }]))).toEqual([
        'known',
        'known',
      ]);
    });

    it('makes it harmless to give a whole batch again', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const first = aMessageAppend(1, { conversation });
      const { sender, clientId } = first.draft;
      const batch = [
        aFoundingAppend({ conversation }),
        first,
        aMessageAppend(1, { conversation, sender, after: clientId }),
        aCommitAppend(1, { conversation }),
      ];
      const [once, again] = [await log.append(batch), await log.append(batch)];
      const known = once.map((outcome, index) => ({
        code: 'known',
        seq: 'seq' in outcome && outcome.seq,
        acceptedAt: anInstant,
        digest: batch[index]?.draft.digest,
      }));
      expect(plain(again)).toEqual(plain(known));
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual(upTo(4));
    });
  });
}
