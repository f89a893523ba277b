import { memoryStores } from '@sealpost/adapter-memory';
import { aCertifiedDevice, aLinkedDevice, aPendingDevice, aStoredAccount } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { AccountDirectory } from './account-directory.ts';

async function aWorld() {
  const stores = memoryStores();
  const directory = new AccountDirectory(stores.accounts, stores.devices);
  const account = await aStoredAccount(stores, { handle: 'ann' });
  const first = await aCertifiedDevice(stores, account);
  return { stores, directory, account, first };
}
const notFound = { ok: false, error: { code: 'not_found' } };

describe('the account directory', () => {
  it('finds an account by exact handle, whatever its case, with its certified and revoked devices', async () => {
    const { stores, directory, account, first } = await aWorld();
    const second = await aLinkedDevice(stores, first);
    await stores.devices.revoke(second, { now: 5, taskId: 'task' });
    const pending = await aPendingDevice(stores, account);
    const found = await directory.byHandle('ANN');
    expect(found.ok && found.value.account).toMatchObject({
      id: account,
      handle: 'ann',
      deviceListVersion: 3,
    });
    expect(found.ok && found.value.devices.map(({ id, status }) => [id, status])).toEqual([
      [first.device, 'certified'],
      [second, 'revoked'],
    ]);
    // The account itself sees what it has not certified yet.
    expect((await directory.devices(account)).map(({ id }) => id)).toContain(pending);
  });

  it('finds nobody by a part of a handle, a malformed one or an unknown id', async () => {
    const { directory } = await aWorld();
    for (const handle of ['an', 'anna', 'bob', 'no handle', '%', ''])
      expect(await directory.byHandle(handle)).toEqual(notFound);
    expect(await directory.byId('nobody')).toEqual(notFound);
  });

  it('gives a deleted account by id, nameless, and by no handle', async () => {
    const { stores, directory, account } = await aWorld();
    await stores.accounts.delete(account, { now: 5, handleFreeAt: 9, taskId: 'task' });
    expect(await directory.byHandle('ann')).toEqual(notFound);
    expect(await directory.byId(account)).toMatchObject({
      ok: true,
      value: { account: { handle: null, deletedAt: 5 } },
    });
  });

  it('blocks and unblocks others, not oneself and nobody unknown', async () => {
    const { stores, directory, account } = await aWorld();
    const bob = await aStoredAccount(stores);
    expect(await directory.block(account, bob)).toEqual({ ok: true, value: null });
    expect(await directory.block(account, account)).toEqual(notFound);
    expect(await directory.block(account, 'nobody')).toEqual(notFound);
    expect(await directory.blocked(account)).toEqual([bob]);
    await directory.unblock(account, bob);
    expect(await directory.blocked(account)).toEqual([]);
  });
});
