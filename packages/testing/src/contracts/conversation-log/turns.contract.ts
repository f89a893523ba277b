import { describe, expect } from 'vitest';
import { aFoundingAppend, aMessageAppend } from '../../builders/append.ts';
import { aClientId, aConversationId, aDeviceRef } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf } from './steps.ts';

export function turns(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('an item that names an earlier send', () => {
    it('is out of turn unless that send is in the log or earlier in the batch (G3)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const sender = aDeviceRef();
      const sends = [aClientId(), aClientId(), aClientId(), aClientId()];
      const send = (index: number, after: number | null) =>
        aMessageAppend(1, {
          conversation,
          sender,
          clientId: sends[index] ?? '',
          after: after === null ? null : (sends[after] ?? ''),
        });
      await appendAll(log, [aFoundingAppend({ conversation })]);
      expect(
        codes(await log.append([send(1, 0), send(0, null), send(1, 0), send(3, 2), send(2, 1)])),
      ).toEqual(['out_of_turn', 'appended', 'appended', 'out_of_turn', 'appended']);
      expect(codes(await log.append([send(3, 2)]))).toEqual(['appended']);
      expect(
        (await pageOf(log, conversation)).entries.slice(1).map(({ clientId }) => clientId),
      ).toEqual(sends);
    });

    it('is out of turn when the named send was refused in the same batch (G3)', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation })]);
      const refused = aMessageAppend(9, { conversation });
      const { sender, clientId } = refused.draft;
      const next = aMessageAppend(1, { conversation, sender, after: clientId });
      expect(codes(await log.append([refused, next]))).toEqual(['stale', 'out_of_turn']);
      const { sender: alsoSender, clientId: alsoId } = next.draft;
      expect(await log.find(conversation, alsoSender.device, alsoId)).toBeNull();
    });

    it('means a send of its own device in its own conversation', async ({ stores: { log } }) => {
      const [conversation, elsewhere] = [aConversationId(), aConversationId()];
      const message = aMessageAppend(1, { conversation });
      const { sender, clientId: after } = message.draft;
      await appendAll(log, [
        aFoundingAppend({ conversation }),
        message,
        aFoundingAppend({ conversation: elsewhere }),
      ]);
      const outcomes = await log.append([
        aMessageAppend(1, { conversation, sender: aDeviceRef(sender.account), after }),
        aMessageAppend(1, { conversation: elsewhere, sender, after }),
        aMessageAppend(1, { conversation, sender, after }),
      ]);
      expect(codes(outcomes)).toEqual(['out_of_turn', 'out_of_turn', 'appended']);
    });

    it('is stale before it is out of turn', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation })]);
      expect(
        codes(await log.append([aMessageAppend(9, { conversation, after: aClientId() })])),
      ).toEqual(['stale']);
    });
  });
}
