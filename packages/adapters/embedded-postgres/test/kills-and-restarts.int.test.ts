import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgresNotice } from '../src/index.ts';
import { eventually } from './support/eventually.ts';
import { processText } from './support/process-texts.ts';
import { aBystander, aZombie, isGone } from './support/processes.ts';
import { query } from './support/query.ts';
import { ServerProcess } from './support/server-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

/** As on a system without `setpriv`: Postgres outlives its killed server. */
const withoutSetpriv = { env: { ...process.env, PATH: '/nonexistent' } };

const answers = (url: string): Promise<boolean> =>
  query(url, 'select 1').then(
    () => true,
    () => false,
  );

describe('a Postgres that was stopped', () => {
  it('comes back with its data and its password', async () => {
    await using folder = await temporaryFolder();
    const first = await startEmbeddedPostgres({ dataFolder: folder.path });
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    const notices: EmbeddedPostgresNotice[] = [];
    const second = await startEmbeddedPostgres({
      dataFolder: folder.path,
      onNotice: (notice) => notices.push(notice),
    });
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(notices).toEqual([]);
    await second.stop();
  });

  it('comes back though its last process id belongs to another process now', async () => {
    await using folder = await temporaryFolder();
    const first = await startEmbeddedPostgres({ dataFolder: folder.path });
    const file = join(folder.path, 'cluster', 'postmaster.pid');
    const left = await readFile(file, 'utf8');
    const { uid, gid } = await stat(file);
    await first.stop();
    // Under Postgres' own account, or Postgres would see by itself that it cannot be one of its own.
    await using bystander = await aBystander(uid);
    await using zombie = await aZombie();
    for (const { pid } of [bystander, zombie]) {
      await writeFile(file, left.replace(/^\d+/, String(pid)), { mode: 0o600 });
      await chown(file, uid, gid);
      const again = await startEmbeddedPostgres({ dataFolder: folder.path });
      expect(await answers(again.url)).toBe(true);
      await again.stop();
    }
    expect(await isGone(bystander.pid)).toBe(false);
  });
});

describe('after SIGKILL', () => {
  // Only Linux has the means for it. A test that were skipped elsewhere would fail there.
  it.each(process.platform === 'linux' ? ['SIGKILL'] : [])(
    'of its server, Postgres stops by itself, and all that was acknowledged is there again',
    async () => {
      await using folder = await temporaryFolder();
      await using killed = new ServerProcess([folder.path]);
      const { postgres, url } = await killed.started();
      await query(url, 'create table kept as select 42 as answer');
      await killed.kill();
      await eventually(() => isGone(postgres));
      await using next = new ServerProcess([folder.path]);
      const again = await next.started();
      expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
      expect(next.notices).toEqual([]);
    },
  );

  it('of its server, a Postgres that lives on is stopped by the next start', async () => {
    await using folder = await temporaryFolder();
    await using killed = new ServerProcess([folder.path], withoutSetpriv);
    const { postgres, url } = await killed.started();
    await query(url, 'create table kept as select 42 as answer');
    await killed.kill();
    await sleep(300);
    expect(await answers(url)).toBe(true);
    await using next = new ServerProcess([folder.path], withoutSetpriv);
    const again = await next.started();
    expect(await isGone(postgres)).toBe(true);
    expect(again.postgres).not.toBe(postgres);
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(next.notices.map(({ code }) => code)).toEqual(['orphans_stopped']);
  });

  it('of both, the next start recovers, and ends what Postgres left', async () => {
    await using folder = await temporaryFolder();
    await using killed = new ServerProcess([folder.path], withoutSetpriv);
    const { postgres, url } = await killed.started();
    await query(url, 'create table kept as select 42 as answer');
    const busy = query(url, 'select count(*) from generate_series(1, 1e12::bigint)');
    const cut = busy.then(
      () => false,
      () => true,
    );
    await sleep(200);
    await killed.kill();
    process.kill(postgres, 'SIGKILL');
    await using next = new ServerProcess([folder.path], withoutSetpriv);
    const again = await next.started();
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await cut).toBe(true);
  });

  it('of Postgres, it is started again on the same port', async () => {
    await using folder = await temporaryFolder();
    await using server = new ServerProcess([folder.path]);
    const { postgres, url } = await server.started();
    await query(url, 'create table kept as select 42 as answer');
    for (const codes of [2, 4]) {
      const current = server.notices.findLast(({ code }) => code === 'postgres_restarted');
      process.kill(current !== undefined && 'pid' in current ? current.pid : postgres, 'SIGKILL');
      await eventually(async () => server.notices.length === 1 + codes);
      expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    }
    const codes = server.notices.map(({ code }) => code);
    const round = ['postgres_ended', 'postgres_restarted'];
    expect(codes).toEqual(['initialised', ...round, ...round]);
  });

  it('in the middle of the first start, the next one begins afresh', async () => {
    for (const afterMs of [50, 200, 400]) {
      await using folder = await temporaryFolder();
      await using killed = new ServerProcess([folder.path]);
      const started = killed.outcome().then(
        () => true,
        () => false,
      );
      await eventually(
        async () => (await stat(join(folder.path, 'password')).catch(() => 0)) !== 0,
      );
      await sleep(afterMs);
      await killed.kill();
      expect(await started).toBe(false);
      await using next = new ServerProcess([folder.path]);
      expect(await answers((await next.started()).url)).toBe(true);
    }
  });
});

describe('a running server', () => {
  it('keeps Postgres out of reach of a Ctrl+C that is meant for the server', async () => {
    await using folder = await temporaryFolder();
    await using server = new ServerProcess([folder.path], { detached: true });
    const { pid, url } = await server.started();
    process.kill(-pid, 'SIGINT');
    await sleep(300);
    expect(await answers(url)).toBe(true);
    expect(server.notices.map(({ code }) => code)).toEqual(['initialised']);
  });

  it('gives Postgres nothing of its environment', async () => {
    await using folder = await temporaryFolder();
    const env = { ...process.env, SEALPOST_MARKER: '4711' };
    await using server = new ServerProcess([folder.path], { env });
    const { pid, postgres } = await server.started();
    expect(await processText(pid)).toContain('SEALPOST_MARKER=4711');
    expect(await processText(postgres)).toContain('listen_addresses=127.0.0.1');
    expect(await processText(postgres)).not.toContain('SEALPOST_MARKER');
  });
});
