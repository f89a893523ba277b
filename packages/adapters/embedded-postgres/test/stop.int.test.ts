import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import { aPlan, launch, password, urlOf } from './support/a-plan.ts';
import { isGone } from './support/processes.ts';
import { query } from './support/query.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

describe('stop', () => {
  it('ends Postgres cleanly in spite of a connected client, frees the folder, and may be called again', async () => {
    await using folder = await temporaryFolder();
    const postgres = await startEmbeddedPostgres({ dataFolder: folder.path });
    const client = new pg.Client(postgres.url);
    const cut = once(client, 'error');
    // A connection that is cut is told more than once.
    client.on('error', () => undefined);
    await client.connect();
    const { pid } = postgres;
    await Promise.all([postgres.stop(), postgres.stop()]);
    await postgres.stop();
    await cut;
    expect(await isGone(pid)).toBe(true);
    expect(await readdir(join(folder.path, 'cluster'))).not.toContain('postmaster.pid');
    expect(await readFile(join(folder.path, 'postgres.log'), 'utf8')).toContain(
      'database system is shut down',
    );
    await (await startEmbeddedPostgres({ dataFolder: folder.path })).stop();
  });

  it('is harder on a Postgres that does not end in time', async () => {
    await using plan = await aPlan();
    const postmaster = await launch(plan);
    const client = new pg.Client(urlOf(postmaster.port));
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    // A process that does not get to run keeps Postgres from its fast shutdown.
    process.kill(rows[0]?.pid ?? 0, 'SIGSTOP');
    await postmaster.stop([
      { signal: 'SIGINT', limitMs: 300 },
      { signal: 'SIGQUIT', limitMs: 8_000 },
    ]);
    expect(await isGone(postmaster.pid)).toBe(true);
    expect(await plan.log.since(0, password)).toContain('received immediate shutdown request');
    const again = await launch(plan);
    expect(await query(urlOf(again.port), 'select 1 as one')).toEqual([{ one: 1 }]);
    await again.stop();
  });

  it('says so when Postgres does not end at all', async () => {
    await using plan = await aPlan();
    const postmaster = await launch(plan);
    process.kill(postmaster.pid, 'SIGSTOP');
    await expect(postmaster.stop([{ signal: 'SIGINT', limitMs: 200 }])).rejects.toMatchObject({
      code: 'cannot_stop',
    });
    await postmaster.stop([{ signal: 'SIGKILL', limitMs: 5_000 }]);
  });
});
