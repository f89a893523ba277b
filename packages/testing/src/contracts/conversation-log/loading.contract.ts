import { describe, expect } from 'vitest';
import { firstTenure, type Append, type Entry, type EntryEnvelope } from '@sealpost/domain';
import {
  aCommitAppend,
  aFoundingAppend,
  aMessageAppend,
  aRosterAppend,
} from '../../builders/append.ts';
import { aClientId, aConversationId, aDeviceId, anInstant, many } from '../../builders/ids.ts';
import { plain } from '../plain.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { appendAll, entryOf } from './steps.ts';

const envelopeOf = ({ parts: _parts, ...envelope }: Entry): EntryEnvelope => envelope;
/** Changes at 1, 3 and 4, messages at 2 and 5. */
const fiveEntries = (conversation: string): Append[] => [
  aFoundingAppend({ conversation }),
  aMessageAppend(1, { conversation }),
  aRosterAppend(1, { conversation }),
  aCommitAppend(3, { conversation }),
  aMessageAppend(4, { conversation }),
];

export function loading(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('loading', () => {
    it('knows no conversation without an entry', async ({ stores: { log } }) => {
      expect(await log.load(aConversationId())).toBeNull();
    });

    it('gives the entries that are not messages, oldest first, without their parts', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const appends = fiveEntries(conversation);
      const outcomes = await appendAll(log, appends);
      const loaded = await log.load(conversation);
      const changes = appends.flatMap((append, index) => {
        const outcome = outcomes[index];
        return outcome && append.draft.kind !== 'message'
          ? [envelopeOf(entryOf(append, outcome))]
          : [];
      });
      expect(loaded?.snapshot).toBeNull();
      expect(plain(loaded?.changes)).toEqual(plain(changes));
      expect(loaded?.head).toEqual({
        seq: 5,
        loud: 2,
        acceptedAt: anInstant,
        version: 4,
        restores: [],
        floor: 0,
        tenure: firstTenure,
      });
    });

    it('gives a stored state and only the changes after it', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, fiveEntries(conversation));
      await log.saveSnapshot(conversation, 3, '{"state":"ß ☃ 𝕊"}');
      const loaded = await log.load(conversation);
      expect(loaded?.snapshot).toEqual({ version: 3, state: '{"state":"ß ☃ 𝕊"}' });
      expect(loaded?.changes.map(({ seq }) => seq)).toEqual([4]);
      expect(loaded?.head.version).toBe(4);
    });

    it('keeps a stored state when an older one is saved', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, fiveEntries(conversation));
      await log.saveSnapshot(conversation, 3, 'three');
      await log.saveSnapshot(conversation, 1, 'one');
      expect((await log.load(conversation))?.snapshot).toEqual({ version: 3, state: 'three' });
      await log.saveSnapshot(conversation, 4, 'four');
      expect(await log.load(conversation)).toMatchObject({
        snapshot: { version: 4, state: 'four' },
        changes: [],
      });
    });

    it('keeps the newest of states that are saved at once', async ({ stores: { log } }) => {
      const conversation = aConversationId();
      await appendAll(log, [
        aFoundingAppend({ conversation }),
        ...many(16, (index) => aRosterAppend(index + 1, { conversation })),
      ]);
      await Promise.all(
        many(17, (index) =>
          log.saveSnapshot(conversation, ((index * 5) % 17) + 1, `${((index * 5) % 17) + 1}`),
        ),
      );
      expect((await log.load(conversation))?.snapshot).toEqual({ version: 17, state: '17' });
    });
  });

  describe('heads', () => {
    it('are given for those conversations that have an entry', async ({ stores: { log } }) => {
      const [one, other, none] = [aConversationId(), aConversationId(), aConversationId()];
      await appendAll(log, fiveEntries(one));
      await appendAll(log, [aFoundingAppend({ conversation: other }, { now: anInstant + 5 })]);
      const heads = await log.heads([none, other, one]);
      expect([...heads.keys()].toSorted()).toEqual([one, other].toSorted());
      expect(heads.get(one)).toEqual({
        seq: 5,
        loud: 2,
        acceptedAt: anInstant,
        version: 4,
        restores: [],
        floor: 0,
        tenure: firstTenure,
      });
      expect(heads.get(other)).toEqual({
        seq: 1,
        loud: 0,
        acceptedAt: anInstant + 5,
        version: 1,
        restores: [],
        floor: 0,
        tenure: firstTenure,
      });
      expect(await log.heads([])).toEqual(new Map());
    });

    it('that moved at or after an instant are given newest first, at most as many as asked for', async ({
      stores: { log },
    }) => {
      const conversations = many(5, aConversationId);
      await log.append(
        conversations.map((conversation, index) =>
          aFoundingAppend({ conversation }, { now: anInstant + index }),
        ),
      );
      const [oldest = '', , third = '', fourth = '', fifth = ''] = conversations;
      const moved = async (since: number, limit: number) => [
        ...(await log.movedSince(anInstant + since, limit)).keys(),
      ];
      expect(await moved(2, 10)).toEqual([fifth, fourth, third]);
      expect(await moved(2, 2)).toEqual([fifth, fourth]);
      expect(await moved(5, 10)).toEqual([]);
      await appendAll(log, [aMessageAppend(1, { conversation: oldest }, { now: anInstant + 9 })]);
      expect(await moved(4, 10)).toEqual([oldest, fifth]);
      const { seq, acceptedAt } = (await log.movedSince(anInstant + 4, 10)).get(oldest) ?? {};
      expect([seq, acceptedAt]).toEqual([2, anInstant + 9]);
    });
  });

  describe('conversations', () => {
    it('with an entry are listed by id, strictly after the one named, as many as asked for', async ({
      stores: { log },
    }) => {
      const ids = ['-a', 'A', 'a', 'ab', 'b'];
      for (const conversation of ids.toReversed())
        await log.append([aFoundingAppend({ conversation })]);
      await log.append([aMessageAppend(1, { conversation: 'aa' })]);
      expect(await log.conversations({ after: null, limit: 9 })).toEqual(ids);
      expect(await log.conversations({ after: 'A', limit: 2 })).toEqual(['a', 'ab']);
      expect(await log.conversations({ after: 'b', limit: 2 })).toEqual([]);
    });
  });

  describe('finding a send', () => {
    it('gives the entry that the device sent under the client id, without its parts', async ({
      stores: { log },
    }) => {
      const conversation = aConversationId();
      const appends = fiveEntries(conversation);
      const outcomes = await appendAll(log, appends);
      for (const [index, append] of appends.entries()) {
        const { sender, clientId } = append.draft;
        const outcome = outcomes[index];
        const found = await log.find(conversation, sender.device, clientId);
        expect(plain(found)).toEqual(outcome && plain(envelopeOf(entryOf(append, outcome))));
      }
    });

    it('gives nothing for another device, client id or conversation', async ({
      stores: { log },
    }) => {
      const founding = aFoundingAppend();
      await appendAll(log, [founding]);
      const { conversation, sender, clientId } = founding.draft;
      expect(await log.find(conversation, aDeviceId(), clientId)).toBeNull();
      expect(await log.find(conversation, sender.device, aClientId())).toBeNull();
      expect(await log.find(aConversationId(), sender.device, clientId)).toBeNull();
    });
  });
}
