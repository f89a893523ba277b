import { once } from 'node:events';
import { appendFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { unprivilegedAccount } from '../src/account.ts';
import { freePort } from '../src/free-port.ts';
import { startEmbeddedPostgres } from '../src/index.ts';
import { initialiseCluster } from '../src/initialise-cluster.ts';
import { nativePackage } from '../src/native-package.ts';
import { launchPostmaster } from '../src/postmaster.ts';
import { RunningPostgres } from '../src/running-postgres.ts';
import { prepareRuntime } from '../src/runtime.ts';
import { aPlan, password, urlOf } from './support/a-plan.ts';
import { query } from './support/query.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

describe('a port that another process took', () => {
  it('is told from a failure, and another one is tried', async () => {
    await using plan = await aPlan();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    expect(await launchPostmaster(plan, port)).toBe('port_taken');
    const ports = [port, port, await freePort()];
    const running = await RunningPostgres.start(
      plan,
      () => undefined,
      async () => ports.shift() ?? 0,
    );
    expect(ports).toEqual([]);
    expect(await query(urlOf(running.port), 'select 1 as one')).toEqual([{ one: 1 }]);
    await running.stop();
    other.close();
  });
});

describe('a failed start', () => {
  it('shows what Postgres said, without the password', async () => {
    await using plan = await aPlan();
    await appendFile(join(plan.cluster, 'postgresql.conf'), `\n${password} = 'wrong'\n`);
    const start = launchPostmaster(plan, await freePort());
    await expect(start).rejects.toMatchObject({
      code: 'cannot_start',
      message: expect.stringMatching(/It said:\n.*"\*\*\*"/s),
    });
    await expect(start).rejects.not.toThrow(password);
  });

  it('shows what initdb said, and the next one begins afresh', async () => {
    await using folder = await temporaryFolder();
    const account = await unprivilegedAccount();
    const runtime = await prepareRuntime(await nativePackage(), account !== null, folder.path);
    const cluster = join(folder.path, 'cluster');
    const plan = { runtime, cluster, account, durability: 'none', password: '' } as const;
    await expect(initialiseCluster(plan)).rejects.toMatchObject({
      code: 'cannot_initialise',
      message: expect.stringContaining('password file "/dev/fd/4" is empty'),
    });
    await initialiseCluster({ ...plan, password });
    expect(await readdir(folder.path)).toEqual(['cluster']);
  });

  it('says which program could not be run', async () => {
    await using folder = await temporaryFolder();
    const plan = { runtime: folder.path, cluster: join(folder.path, 'cluster'), password } as const;
    const account = await unprivilegedAccount();
    await expect(initialiseCluster({ ...plan, account, durability: 'none' })).rejects.toMatchObject(
      {
        code: 'cannot_initialise',
        message: expect.stringContaining(`${folder.path}/bin/initdb`),
      },
    );
  });

  it('says that the password file is missing', async () => {
    await using folder = await temporaryFolder();
    await (await startEmbeddedPostgres({ dataFolder: folder.path, durability: 'none' })).stop();
    await rm(join(folder.path, 'password'));
    await expect(startEmbeddedPostgres({ dataFolder: folder.path })).rejects.toMatchObject({
      code: 'password_missing',
      message: expect.stringContaining(join(folder.path, 'password')),
    });
  });

  it('says that the platform has no PostgreSQL', async () => {
    await using folder = await temporaryFolder();
    for (const platform of ['win32', 'plan9']) {
      vi.spyOn(process, 'platform', 'get').mockReturnValue(platform as NodeJS.Platform);
      await expect(startEmbeddedPostgres({ dataFolder: folder.path })).rejects.toMatchObject({
        code: 'unsupported_platform',
        message: expect.stringContaining('use a PostgreSQL server of your own'),
      });
      vi.restoreAllMocks();
    }
  });
});
