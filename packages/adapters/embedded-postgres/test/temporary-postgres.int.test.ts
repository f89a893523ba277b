import { readdir } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { temporaryPostgres } from '../src/index.ts';
import { query } from './support/query.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

describe('a temporary Postgres', () => {
  it('is empty, without fsync, and leaves nothing behind', async () => {
    await using folder = await temporaryFolder();
    vi.stubEnv('TMPDIR', folder.path);
    const { url, stop } = await temporaryPostgres();
    vi.unstubAllEnvs();
    expect(await readdir(folder.path)).toHaveLength(1);
    const tables = `select count(*)::int as tables from pg_tables where schemaname = 'public'`;
    expect(await query(url, tables)).toEqual([{ tables: 0 }]);
    expect(await query(url, 'show fsync')).toEqual([{ fsync: 'off' }]);
    await stop();
    expect(await readdir(folder.path)).toEqual([]);
    await expect(query(url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('is the server that SEALPOST_POSTGRES_URL names, which stays as it is', async () => {
    const named = await temporaryPostgres();
    vi.stubEnv('SEALPOST_POSTGRES_URL', named.url);
    const { url, stop } = await temporaryPostgres();
    vi.unstubAllEnvs();
    expect(url).toBe(named.url);
    await stop();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await named.stop();
  });
});
