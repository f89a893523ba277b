import { describe, expect } from 'vitest';
import { aStoredAccount } from '../../builders/account.ts';
import { anInstant } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

export function blocking(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('blocking', () => {
    it('holds for the owner only, until it is taken back', async ({ stores }) => {
      const { accounts } = stores;
      const [owner, one, two] = [
        await aStoredAccount(stores),
        await aStoredAccount(stores),
        await aStoredAccount(stores),
      ];
      await accounts.block(owner, one);
      await accounts.block(owner, two);
      expect([...(await accounts.blockedBy(owner))].toSorted()).toEqual([one, two].toSorted());
      expect(await accounts.blockedBy(one)).toEqual([]);
      await accounts.unblock(owner, one);
      expect(await accounts.blockedBy(owner)).toEqual([two]);
    });

    it('changes nothing when it is repeated', async ({ stores }) => {
      const { accounts } = stores;
      const [owner, other] = [await aStoredAccount(stores), await aStoredAccount(stores)];
      await accounts.unblock(owner, other);
      await accounts.block(owner, other);
      await accounts.block(owner, other);
      expect(await accounts.blockedBy(owner)).toEqual([other]);
      await accounts.unblock(owner, other);
      await accounts.unblock(owner, other);
      expect(await accounts.blockedBy(owner)).toEqual([]);
    });
  });

  describe('those who refuse an account', () => {
    it('are the ones asked about who block it or are deleted', async ({ stores }) => {
      const { accounts } = stores;
      const asking = await aStoredAccount(stores);
      const [blocks, blocked, deleted, open, unasked] = [
        await aStoredAccount(stores),
        await aStoredAccount(stores),
        await aStoredAccount(stores),
        await aStoredAccount(stores),
        await aStoredAccount(stores),
      ];
      await accounts.block(blocks, asking);
      await accounts.block(asking, blocked);
      await accounts.block(open, blocks);
      await accounts.block(unasked, asking);
      await accounts.delete(deleted, { now: anInstant, handleFreeAt: anInstant, taskId: 'task' });
      const refusing = await accounts.refusing(asking, [blocks, blocked, deleted, open]);
      expect([...refusing].toSorted()).toEqual([blocks, deleted].toSorted());
      expect(await accounts.refusing(asking, [])).toEqual([]);
    });
  });
}
