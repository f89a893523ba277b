import { describe, expect } from 'vitest';
import type { AccountId, ConversationIndex } from '@sealpost/domain';
import { aConversationId, aDeviceId, anAccountId, anInstant, many } from '../../builders/ids.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';
import { acknowledge, aReader, whole } from './steps.ts';

const all = { after: null, limit: 100, ended: true };
const current = { ...all, ended: false };
const isMember = async (index: ConversationIndex, account: AccountId, conversation: string) =>
  (await index.conversationsOf(account, current)).includes(conversation);

export function listing(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('listing the conversations of an account', () => {
    it('gives them ascending by id, strictly after the one named, as many as asked for', async ({
      stores: { index },
    }) => {
      const account = anAccountId();
      // Characters whose order differs between the rules of languages and the order of characters.
      const sorted = ['-a', 'A', 'B', '_c', 'a', 'a-', 'aB', 'a_', 'ab', 'b'];
      for (const conversation of sorted.toReversed()) await index.enter(conversation, [account], 0);
      await index.enter(aConversationId(), [anAccountId()], 0);
      expect(await index.conversationsOf(account, current)).toEqual(sorted);
      expect(await index.conversationsOf(account, { ...current, after: 'B', limit: 3 })).toEqual([
        '_c',
        'a',
        'a-',
      ]);
      expect(await index.conversationsOf(account, { ...current, after: 'C' })).toEqual([
        '_c',
        'a',
        'a-',
        'aB',
        'a_',
        'ab',
        'b',
      ]);
      expect(await index.conversationsOf(account, { ...current, after: 'b' })).toEqual([]);
    });

    it('gives the ended ones only when asked', async ({ stores: { index } }) => {
      const account = anAccountId();
      await index.enter('1', [account], 0);
      await index.enter('2', [account], 0);
      await index.enter('3', [account], 0);
      await index.leave('2', [account], 7);
      expect(await index.conversationsOf(account, current)).toEqual(['1', '3']);
      expect(await index.conversationsOf(account, all)).toEqual(['1', '2', '3']);
      expect(await index.conversationsOf(account, { ...all, after: '1', limit: 1 })).toEqual(['2']);
    });
  });

  describe('the memberships of an account', () => {
    it('tell where they ended and how far the device got', async ({ stores }) => {
      const { index } = stores;
      const reader = aReader();
      for (const conversation of ['1', '2', '3'])
        await index.enter(conversation, [reader.account], 0);
      await index.leave('2', [reader.account], 7);
      await index.enter('4', [anAccountId()], 0);
      await acknowledge(stores, { ...reader, conversation: '3', delivered: 5, incarnation: 2 });
      const another = aDeviceId();
      await acknowledge(stores, { ...reader, device: another, conversation: '1', delivered: 9 });
      const listed = await index.memberships(reader, whole);
      const [one, two, three] = [
        { conversation: '1', until: null, cursor: null },
        { conversation: '2', until: 7, cursor: null },
        { conversation: '3', until: null, cursor: { delivered: 5, incarnation: 2 } },
      ];
      expect(listed).toEqual([one, two, three]);
      expect(await index.memberships(reader, { after: '1', limit: 1 })).toEqual([two]);
    });
  });

  describe('entering and leaving', () => {
    it('holds for each account that is named and for no other', async ({ stores: { index } }) => {
      const conversation = aConversationId();
      const [one, two, three, four] = [anAccountId(), anAccountId(), anAccountId(), anAccountId()];
      await index.enter(conversation, [one, two, three], 0);
      await index.leave(conversation, [two, three], 5);
      await index.enter(conversation, [], 0);
      await index.leave(conversation, [], 9);
      const members = [];
      for (const account of [one, two, three, four])
        members.push(await isMember(index, account, conversation));
      expect(members).toEqual([true, false, false, false]);
    });

    it('changes nothing when an entering is repeated', async ({ stores: { index } }) => {
      const [conversation, account] = [aConversationId(), anAccountId()];
      await index.enter(conversation, [account], 3);
      await index.enter(conversation, [account], 3);
      expect(await index.conversationsOf(account, all)).toEqual([conversation]);
      await index.leave(conversation, [account], 4);
      expect(await isMember(index, account, conversation)).toBe(false);
    });

    it('re-opens a membership that ended', async ({ stores: { index } }) => {
      const [conversation, account] = [aConversationId(), anAccountId()];
      await index.enter(conversation, [account], 0);
      await index.leave(conversation, [account], 5);
      await index.enter(conversation, [account], 8);
      expect(await isMember(index, account, conversation)).toBe(true);
      await index.leave(conversation, [account], 9);
      expect(await isMember(index, account, conversation)).toBe(false);
    });

    it('keeps a membership open that was entered on the basis of the leaving entry or of a later one', async ({
      stores: { index },
    }) => {
      const [conversation, account] = [aConversationId(), anAccountId()];
      await index.enter(conversation, [account], 8);
      await index.leave(conversation, [account], 5);
      await index.leave(conversation, [account], 8);
      expect(await isMember(index, account, conversation)).toBe(true);
    });

    it('does not take a newer basis back when an older entering comes late', async ({
      stores: { index },
    }) => {
      const [conversation, account] = [aConversationId(), anAccountId()];
      await index.enter(conversation, [account], 8);
      await index.enter(conversation, [account], 2);
      await index.leave(conversation, [account], 5);
      expect(await isMember(index, account, conversation)).toBe(true);
    });

    it('leaves rows absent that were never entered', async ({ stores: { index } }) => {
      const account = anAccountId();
      await index.leave(aConversationId(), [account], 5);
      expect(await index.conversationsOf(account, all)).toEqual([]);
    });

    it('never hides the newest membership, in whatever order racing calls take effect', async ({
      stores: { index },
    }) => {
      const conversations = many(4, aConversationId);
      const accounts = many(4, anAccountId);
      const calls = many(16, (step) => step * 2).flatMap((basis) =>
        conversations.flatMap((conversation, turn) => {
          const turned = [...accounts.slice(turn), ...accounts.slice(0, turn)];
          return [
            () => index.enter(conversation, turned, basis),
            () => index.leave(conversation, turned.toReversed(), basis - 1),
          ];
        }),
      );
      const shuffled = calls.map((_, place) => calls[(place * 37) % calls.length]);
      await Promise.all(shuffled.map(async (call) => call?.()));
      for (const account of accounts) {
        expect(await index.conversationsOf(account, current)).toEqual(conversations.toSorted());
      }
    });

    it('shows in the rows of a conversation for the accounts that are named', async ({
      stores: { index },
    }) => {
      const conversation = aConversationId();
      const [open, ended, other, none] = many(4, anAccountId);
      await index.enter(conversation, [open ?? '', ended ?? '', other ?? ''], 3);
      await index.leave(conversation, [ended ?? ''], 7);
      await index.enter(aConversationId(), [open ?? ''], 0);
      const accounts = [ended ?? '', none ?? '', open ?? '', open ?? ''];
      const rows = await index.rowsOf(conversation, accounts);
      expect(rows.toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))).toEqual([
        { account: open, conversation, basis: 3, until: null },
        { account: ended, conversation, basis: 3, until: 7 },
      ]);
      expect(await index.rowsOf(conversation, [])).toEqual([]);
    });

    it('tells nothing of a value when it fails', async ({ stores: { index }, dispose }) => {
      await dispose();
      await expectSilentFailure(() => index.enter(marker, [marker], 0));
      await expectSilentFailure(() => index.leave(marker, [marker], 1));
      await expectSilentFailure(() => index.conversationsOf(marker, { ...all, after: marker }));
      await expectSilentFailure(() => index.forget(marker, [marker], 1));
      await expectSilentFailure(() => index.rowsOf(marker, [marker]));
      const place = { account: marker, conversation: marker };
      await expectSilentFailure(() => index.rows({ after: place, limit: 9 }));
      const device = { account: marker, device: marker };
      await expectSilentFailure(() => index.memberships(device, { after: marker, limit: 9 }));
      const after = { activeAt: anInstant, conversation: marker };
      await expectSilentFailure(() =>
        index.behind({ account: marker, device: marker, incarnation: 1 }, { after, limit: 9 }),
      );
    });
  });
}
