import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aConversation, lastChange } from '../../test/support/conversation.ts';
import type { Backends } from '../backends/backends.ts';
import { compose, type Composition } from '../composition/compose.ts';
import { TOKENS } from '../composition/tokens.ts';
import { configFrom } from '../config/load-config.ts';
import type { LogRecord } from '../log/log-record.ts';
import { openBackends, prepareBackends, startWork } from './bring-up.ts';
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
    await openBackends(composition, closing);
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
    await openBackends(composition, closing);
    await startWork(composition, closing);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(9);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(9);
    await closing.close();
    expect(vi.getTimerCount()).toBe(0);
    await expect((await composition.get(TOKENS.deployment)).incarnation()).rejects.toThrow(
      'closed',
    );
    expect(records).toEqual([]);
  });
});

describe('prepareBackends', () => {
  const backends = (atStart: boolean, due: readonly string[]) => {
    const run = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const preparation = { atStart, due: () => Promise.resolve(due), run };
    const adapter = {
      ports: {},
      preparation,
      everyValue: null,
      health: () => Promise.resolve([]),
      stop: () => Promise.resolve(),
    };
    const opened: Pick<Backends, 'adapters'> = {
      adapters: [{ name: 'a store', families: ['storage'], adapter }],
    };
    return { opened, run };
  };

  it('brings the schema up to date where that is the server’s task, and tells', async () => {
    const { opened, run } = backends(true, ['0008']);
    await prepareBackends(opened, (record) => records.push(record));
    expect(run).toHaveBeenCalledOnce();
    expect(records).toEqual([{ level: 'info', event: 'migrated', steps: ['0008'] }]);
  });

  it('refuses an older schema where it is not, and says what to do', async () => {
    const { opened, run } = backends(false, ['0008']);
    await expect(prepareBackends(opened, () => undefined)).rejects.toMatchObject({
      code: 'migrations_due',
      message: expect.stringContaining('sealpost migrate'),
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('leaves a schema alone that is this release’s', async () => {
    const { opened, run } = backends(true, []);
    await prepareBackends(opened, () => expect.unreachable());
    expect(run).not.toHaveBeenCalled();
  });
});
