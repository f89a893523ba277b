import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aConversation, lastChange } from '../../test/support/conversation.ts';
import { compose, type Composition } from '../composition/compose.ts';
import type { Storage } from '../composition/storage.ts';
import { TOKENS } from '../composition/tokens.ts';
import { configFrom } from '../config/load-config.ts';
import type { LogRecord } from '../log/log-record.ts';
import { migrateStore, openStore, startWork } from './bring-up.ts';
import { Closing } from './closing.ts';

let records: LogRecord[];
let composition: Composition;
let closing: Closing;
beforeEach(async () => {
  records = [];
  composition = await compose(configFrom({ profile: 'memory' }), (record) => records.push(record));
  closing = new Closing((step) => expect.unreachable(step));
});

afterEach(() => void vi.useRealTimers());

const outOfTheConversation = {
  seq: 2,
  kind: 'roster',
  change: { revokeDevices: [{ account: 'alice', device: 'second' }] },
};

describe('startWork', () => {
  it('loads the revocations, so that a token is checked without a store (G6)', async () => {
    const revoked = await composition.get(TOKENS.revokedSessions);
    expect(revoked.check('somebody’s')).toBe('unknown');
    await openStore(composition, closing);
    await startWork(composition, closing);
    expect(revoked.check('somebody’s')).toBe('live');
    await closing.close();
  });

  it('has a key to sign with, and knows the incarnation', async () => {
    await startWork(composition, closing);
    expect(await (await composition.get(TOKENS.signingKeys)).list()).toHaveLength(1);
    expect((await composition.get(TOKENS.incarnation)).current()).toBe(1);
    await closing.close();
  });

  it('takes devices out of their conversations that were revoked before it started', async () => {
    await aConversation(composition);
    await (await composition.get(TOKENS.devices)).revoke('second', { now: 2, taskId: 'task' });
    await startWork(composition, closing);
    await expect.poll(() => lastChange(composition)).toMatchObject(outOfTheConversation);
    await closing.close();
  });

  it('takes a device out of its conversations at once when it is revoked', async () => {
    await startWork(composition, closing);
    await aConversation(composition);
    await (
      await composition.get(TOKENS.endDevices)
    ).revoke({ account: 'alice', certified: true }, 'second');
    await expect.poll(() => lastChange(composition)).toMatchObject(outOfTheConversation);
    await closing.close();
  });

  it('refuses tokens of a key that was withdrawn, within half a minute', async () => {
    vi.useFakeTimers();
    await startWork(composition, closing);
    const [tokens, keys, clock] = [TOKENS.accessTokens, TOKENS.signingKeys, TOKENS.clock];
    const [access, store, now] = [
      await composition.get(tokens),
      await composition.get(keys),
      (await composition.get(clock)).now(),
    ];
    const claims = {
      account: 'a',
      device: 'd',
      session: 's',
      certified: true,
      expiresAt: now + 600_000,
    };
    const token = await access.issue(claims);
    const [first] = await store.list();
    await access.rotate(now);
    await store.remove(first?.id ?? '');
    expect(await access.verify(token, now)).toEqual(claims);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await access.verify(token, now)).toBeNull();
    await closing.close();
  });

  it('works by timers for revocations, keys, pushes, presence and tasks, and leaves none of them running', async () => {
    vi.useFakeTimers();
    await openStore(composition, closing);
    await startWork(composition, closing);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(8);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(8);
    await closing.close();
    expect(vi.getTimerCount()).toBe(0);
    await expect((await composition.get(TOKENS.deployment)).check()).rejects.toThrow('closed');
    expect(records).toEqual([]);
  });
});

describe('migrateStore', () => {
  const storage = (
    migratesAtStart: boolean,
    due: readonly string[],
  ): Pick<Storage, 'migrate' | 'migratesAtStart' | 'pendingMigrations'> & {
    migrated: boolean;
  } => ({
    migrated: false,
    migratesAtStart,
    pendingMigrations: () => Promise.resolve(due),
    async migrate() {
      this.migrated = true;
    },
  });

  it('brings the schema up to date where that is the server’s task, and tells', async () => {
    const store = storage(true, ['0008']);
    await migrateStore(store, (record) => records.push(record));
    expect(store.migrated).toBe(true);
    expect(records).toEqual([{ level: 'info', event: 'migrated', steps: ['0008'] }]);
  });

  it('refuses an older schema where it is not, and says what to do', async () => {
    const store = storage(false, ['0008']);
    await expect(migrateStore(store, () => undefined)).rejects.toMatchObject({
      code: 'migrations_due',
      message: expect.stringContaining('sealpost migrate'),
    });
    expect(store.migrated).toBe(false);
  });

  it('leaves a schema alone that is this release’s', async () => {
    const store = storage(true, []);
    await migrateStore(store, () => expect.unreachable());
    expect(store.migrated).toBe(false);
  });
});
