import { describe, expect } from 'vitest';
import { anAccount, aStoredAccount } from '../../builders/account.ts';
import { anAccountId, anInstant, many } from '../../builders/ids.ts';
import { expectSilentFailure, marker } from '../silence.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

export function creating(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('an account', () => {
    it('is found by its id and by its handle', async ({ stores: { accounts } }) => {
      const account = anAccount({ handle: 'zoë.ß' });
      expect(await accounts.create(account)).toBe('created');
      const stored = {
        id: account.id,
        handle: 'zoë.ß',
        accountKey: null,
        deviceListVersion: expect.any(Number),
        createdAt: anInstant,
        deletedAt: null,
      };
      expect(await accounts.find(account.id)).toEqual(stored);
      expect(await accounts.findByHandle('zoë.ß')).toEqual(stored);
    });

    it('is found among others, once', async ({ stores }) => {
      const { accounts } = stores;
      const [first, second] = [await aStoredAccount(stores), await aStoredAccount(stores)];
      await aStoredAccount(stores);
      await accounts.delete(second, {
        now: anInstant,
        handleFreeAt: anInstant,
        taskId: 'deletion',
      });
      const found = await accounts.findAll([second, first, anAccountId(), first]);
      const both = await Promise.all([first, second].map((id) => accounts.find(id)));
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining(both));
      expect(await accounts.findAll([])).toEqual([]);
    });

    it('is not found by another id or handle', async ({ stores }) => {
      await aStoredAccount(stores, { handle: 'somebody' });
      expect(await stores.accounts.find(anAccountId())).toBeNull();
      expect(await stores.accounts.findByHandle('nobody')).toBeNull();
      expect(await stores.accounts.findByHandle('somebod_')).toBeNull();
      expect(await stores.accounts.findByHandle('%')).toBeNull();
    });

    it('keeps the hash of its password until it is set anew', async ({ stores }) => {
      const { accounts } = stores;
      const id = await aStoredAccount(stores, { passwordHash: 'first' });
      const other = await aStoredAccount(stores, { passwordHash: 'other' });
      expect(await accounts.passwordHash(id)).toBe('first');
      await accounts.setPasswordHash(id, 'second');
      expect(await accounts.passwordHash(id)).toBe('second');
      expect(await accounts.passwordHash(other)).toBe('other');
      expect(await accounts.passwordHash(anAccountId())).toBeNull();
    });
  });

  describe('a handle', () => {
    it('belongs to one account', async ({ stores: { accounts } }) => {
      const first = anAccount({ handle: 'taken' });
      const second = anAccount({ handle: 'taken' });
      expect(await accounts.create(first)).toBe('created');
      expect(await accounts.create(second)).toBe('handle_taken');
      expect(await accounts.find(second.id)).toBeNull();
      expect((await accounts.findByHandle('taken'))?.id).toBe(first.id);
    });

    it('goes to exactly one of 16 racing creations', async ({ stores: { accounts } }) => {
      const rivals = many(16, () => anAccount({ handle: 'wanted' }));
      const outcomes = await Promise.all(rivals.map((account) => accounts.create(account)));
      expect(outcomes.toSorted()).toEqual(['created', ...many(15, () => 'handle_taken')]);
      const winner = rivals[outcomes.indexOf('created')];
      expect((await accounts.findByHandle('wanted'))?.id).toBe(winner?.id);
    });

    it('is no obstacle to 16 racing creations of others', async ({ stores: { accounts } }) => {
      const outcomes = await Promise.all(many(16, () => accounts.create(anAccount())));
      expect(outcomes).toEqual(many(16, () => 'created'));
    });
  });

  describe('a failure', () => {
    it('is what a second account of the same id is, and tells nothing of it', async ({
      stores: { accounts },
    }) => {
      const account = anAccount({ id: marker, handle: `${marker}-1`, passwordHash: marker });
      await accounts.create(account);
      await expectSilentFailure(() => accounts.create({ ...account, handle: `${marker}-2` }));
      expect(await accounts.findByHandle(`${marker}-2`)).toBeNull();
    });

    it('tells nothing of a value', async ({ stores: { accounts }, dispose }) => {
      await dispose();
      await expectSilentFailure(() =>
        accounts.create(anAccount({ id: marker, handle: marker, passwordHash: marker })),
      );
      await expectSilentFailure(() => accounts.find(marker));
      await expectSilentFailure(() => accounts.findAll([marker]));
      await expectSilentFailure(() => accounts.findByHandle(marker));
      await expectSilentFailure(() => accounts.passwordHash(marker));
      await expectSilentFailure(() => accounts.setPasswordHash(marker, marker));
      await expectSilentFailure(() => accounts.block(marker, marker));
      await expectSilentFailure(() => accounts.unblock(marker, marker));
      await expectSilentFailure(() => accounts.blockedBy(marker));
      await expectSilentFailure(() => accounts.refusing(marker, [marker]));
      await expectSilentFailure(() =>
        accounts.delete(marker, { now: anInstant, handleFreeAt: anInstant, taskId: marker }),
      );
    });
  });
}
