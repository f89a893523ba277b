import { memoryStores } from '@sealpost/adapter-memory';
import { CountedRandom, TestPasswords, TestTime } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { ImportAccounts } from './import-accounts.ts';

describe('importing accounts', () => {
  it('keeps their hashes, under handles as they are written here', async () => {
    const stores = memoryStores();
    const ports = {
      passwords: new TestPasswords(),
      random: new CountedRandom(),
      clock: new TestTime(),
    };
    const accounts = new ImportAccounts({ ...ports, accounts: stores.accounts });
    expect(await accounts.execute({ handle: 'Ann', hash: 'old:secret' })).toBe('created');
    expect(await accounts.execute({ handle: 'ann', hash: 'old:other' })).toBe('handle_taken');
    expect(await accounts.execute({ handle: 'a', hash: 'old:secret' })).toBe('invalid_handle');
    expect(await accounts.execute({ handle: 'bob', hash: 'md5:secret' })).toBe('unknown_hash');
    const ann = await stores.accounts.findByHandle('ann');
    expect(await stores.accounts.passwordHash(ann?.id ?? '')).toBe('old:secret');
    expect(await stores.accounts.findByHandle('bob')).toBeNull();
  });
});
