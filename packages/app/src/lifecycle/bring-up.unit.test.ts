import { beforeEach, describe, expect, it } from 'vitest';
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
    await (await composition.get(TOKENS.endDevices)).revoke('alice', 'second');
    await expect.poll(() => lastChange(composition)).toMatchObject(outOfTheConversation);
    await closing.close();
  });

  it('leaves nothing running', async () => {
    await openStore(composition, closing);
    await startWork(composition, closing);
    await closing.close();
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
