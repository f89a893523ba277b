import { describe, expect } from 'vitest';
import { aCommitAppend, aFoundingAppend, aMessageAppend, aPart } from '../../builders/append.ts';
import { bytesOf, sha256Of } from '../../builders/bytes.ts';
import { aClientId, aConversationId, aDeviceRef, anInstant } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, codes, pageOf, seqsOf, upTo } from './steps.ts';

export function judging(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('a send that is known', () => {
    it('is answered with the values of the first, whatever bytes come again (G4)', async ({ stores: { log } }) => {
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
      expect(plain(entries[1])).toEqual(plain(expect.objectContaining({ ...message.draft, parts: message.parts })));
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
      await appendAll(log, [aFoundingAppend({ conversation }), message, aCommitAppend(1, { conversation })]);
      const draft = { ...message.draft, after: aClientId() };
      expect(codes(await log.append([message, { ...message, draft, basis: 77 }]))).toEqual(['known', 'known']);
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
      const values = once.map((outcome) => expect.objectContaining({ ...outcome, code: 'known' }));
      values.forEach((value) => delete (value.sample as { loud?: number }).loud);
      expect(again).toEqual(values);
      expect(seqsOf((await pageOf(log, conversation)).entries)).toEqual(upTo(4));
    });
  });

  describe('a stale item', () => {
    it('is one whose basis is not the version (G7)', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation }), aMessageAppend(1, { conversation }), aCommitAppend(1, { conversation })]);
      const items = [0, 1, 2, 4].flatMap((basis) => [aMessageAppend(basis, { conversation }), aCommitAppend(basis, { conversation })]);
      const nowhere = { conversation: aConversationId() };
      const outcomes = await log.append([...items, aFoundingAppend({ conversation }), aMessageAppend(1, nowhere), aCommitAppend(3, nowhere)]);
      expect(outcomes).toEqual(outcomes.map(() => ({ code: 'stale' })));
      expect((await pageOf(log, conversation)).head).toMatchObject({ seq: 3, version: 3 });
      expect(await log.load(nowhere.conversation)).toBeNull();
    });

    it('is judged by the version that the items before it left (G7)', async ({ stores: { log } }) => {
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

    it('leaves nothing behind, so that it can be decided again under its client id', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation }), aCommitAppend(1, { conversation })]);
      const message = aMessageAppend(1, { conversation }, { now: anInstant + 99 });
      const { sender, clientId } = message.draft;
      expect(codes(await log.append([message]))).toEqual(['stale']);
      expect(await log.find(conversation, sender.device, clientId)).toBeNull();
      expect((await pageOf(log, conversation)).head).toMatchObject({ seq: 2, loud: 0, acceptedAt: anInstant });
      expect(codes(await log.append([{ ...message, basis: 2 }]))).toEqual(['appended']);
    });

    it('does not delay or fail the items of another conversation', async ({ stores: { log } }) => {
      const [stuck, free] = [aConversationId(), aConversationId()];
      await appendAll(log, [aFoundingAppend({ conversation: stuck }), aFoundingAppend({ conversation: free })]);
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

  describe('an item that names an earlier send', () => {
    it('is out of turn unless that send is in the log or earlier in the batch (G3)', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const sender = aDeviceRef();
      const sends = [aClientId(), aClientId(), aClientId(), aClientId()];
      const send = (index: number, after: number | null) =>
        aMessageAppend(1, { conversation, sender, clientId: sends[index] ?? '', after: after === null ? null : (sends[after] ?? '') });
      await appendAll(log, [aFoundingAppend({ conversation })]);
      expect(codes(await log.append([send(1, 0), send(0, null), send(1, 0), send(3, 2), send(2, 1)]))).toEqual([
        'out_of_turn',
        'appended',
        'appended',
        'out_of_turn',
        'appended',
      ]);
      expect(codes(await log.append([send(3, 2)]))).toEqual(['appended']);
      expect((await pageOf(log, conversation)).entries.slice(1).map(({ clientId }) => clientId)).toEqual(sends);
    });

    it('is out of turn when the named send was refused in the same batch (G3)', async ({ stores: { log } }) => {
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
      await appendAll(log, [aFoundingAppend({ conversation }), message, aFoundingAppend({ conversation: elsewhere })]);
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
      expect(codes(await log.append([aMessageAppend(9, { conversation, after: aClientId() })]))).toEqual(['stale']);
    });
  });

  describe('an item that supersedes a commit', () => {
    const parts = [aPart('for all'), { audience: 'joiners' as const, bytes: bytesOf('for joiners') }, { audience: ['d'], bytes: bytesOf('for one') }];
    const kept = [parts[0], parts[2]];

    it("drops that commit's parts for joiners and nothing else", async ({ stores: { log } }) => {
      const conversation = aConversationId();
      const [founding, commit, next] = [
        aFoundingAppend({ conversation }, { parts }),
        aCommitAppend(1, { conversation }, { parts }),
        aCommitAppend(2, { conversation }, { parts, supersedes: 2 }),
      ];
      await appendAll(log, [founding, commit]);
      const before = await pageOf(log, conversation);
      await appendAll(log, [next]);
      const { entries } = await pageOf(log, conversation);
      expect(plain(entries.slice(0, 2))).toEqual(plain([before.entries[0], { ...before.entries[1], parts: kept }]));
      expect(plain(entries[2]?.parts)).toEqual(plain(parts));
    });

    it('drops them also when both are in one batch', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await log.append([aFoundingAppend({ conversation }, { parts }), aCommitAppend(1, { conversation }, { supersedes: 1 })]);
      expect(plain((await pageOf(log, conversation)).entries[0]?.parts)).toEqual(plain(kept));
    });

    it('drops nothing when it is refused', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [aFoundingAppend({ conversation }, { parts })]);
      const outcomes = await log.append([
        aCommitAppend(5, { conversation }, { supersedes: 1 }),
        aCommitAppend(1, { conversation, after: aClientId() }, { supersedes: 1 }),
      ]);
      expect(codes(outcomes)).toEqual(['stale', 'out_of_turn']);
      expect(plain((await pageOf(log, conversation)).entries[0]?.parts)).toEqual(plain(parts));
    });
  });
}
