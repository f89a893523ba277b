import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../store/memory-store.ts';
import { Vault } from './vault.ts';

describe('transactions', () => {
  it('do what somebody waits for before what is only to be caught up with, each in the order of the calls', async () => {
    const vault = new Vault(await MemoryStore.open());
    const done: string[] = [];
    const usual = ['first', 'second', 'third'].map((name) =>
      vault.transact(async () => void done.push(name)),
    );
    const urgent = ['sent', 'sent next'].map((name) =>
      vault.transact(async () => void done.push(name), 'urgent'),
    );
    await Promise.all([...usual, ...urgent]);
    expect(done).toEqual(['sent', 'sent next', 'first', 'second', 'third']);
  });

  it('run alone, an urgent one too', async () => {
    const vault = new Vault(await MemoryStore.open());
    await vault.transact(async (draft) => draft.write('count', { value: 0 }));
    const add = (urgency: 'urgent' | 'usual'): Promise<void> =>
      vault.transact(async (draft) => {
        const { value } = (await draft.read<{ value: number }>('count')) ?? { value: 0 };
        await new Promise((resolve) => setImmediate(resolve));
        draft.write('count', { value: value + 1 });
      }, urgency);
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => add(at % 3 === 0 ? 'urgent' : 'usual')),
    );
    expect(await vault.read('count')).toEqual({ value: 20 });
  });

  it('go on after one that fails, which leaves nothing behind', async () => {
    const vault = new Vault(await MemoryStore.open());
    const failing = vault.transact(async (draft) => {
      draft.write('left behind', {});
      throw new Error('as planned');
    });
    const next = vault.transact(async (draft) => draft.write('kept', {}));
    await expect(failing).rejects.toThrow('as planned');
    await next;
    expect(await vault.read('left behind')).toBeNull();
    expect(await vault.read('kept')).toEqual({});
  });

  it('are done when the vault is closed', async () => {
    const store = await MemoryStore.open();
    const vault = new Vault(store);
    let durable = 0;
    for (let count = 0; count < 5; count++)
      void vault.transact(async (draft) => draft.write('key', {})).then(() => durable++);
    await vault.close();
    expect(durable).toBe(5);
  });
});
