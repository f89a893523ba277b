import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/index.ts';
import { processTexts } from './support/process-texts.ts';
import { query } from './support/query.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

describe('a first start', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let postgres: EmbeddedPostgres;
  let seenMeanwhile: ReadonlySet<string>;
  let password: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const watch = watchProcesses();
    postgres = await startEmbeddedPostgres({ dataFolder: join(folder.path, 'data') });
    seenMeanwhile = await watch.stop();
    password = new URL(postgres.url).password;
  });

  afterAll(async () => {
    await postgres.stop();
    await folder[Symbol.asyncDispose]();
  });

  const show = async (name: string): Promise<string | undefined> =>
    (await query<{ value: string }>(postgres.url, `select current_setting('${name}') as value`))[0]
      ?.value;

  it('runs PostgreSQL 18 whose acknowledged writes survive a power loss', async () => {
    expect(await show('server_version')).toMatch(/^18\./);
    expect(await show('fsync')).toBe('on');
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('full_page_writes')).toBe('on');
    expect(await show('data_checksums')).toBe('on');
  });

  it('makes a UTF-8 database that sorts alike on every system', async () => {
    const rows = await query(
      postgres.url,
      `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale
         from pg_database where datname = current_database()`,
    );
    expect(rows).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' }]);
    expect(await query(postgres.url, `select lower('ÄÖ') as lower`)).toEqual([{ lower: 'äö' }]);
  });

  it('asks every connection for the password', async () => {
    const rules = await query(
      postgres.url,
      'select distinct auth_method as method from pg_hba_file_rules',
    );
    expect(rules).toEqual([{ method: 'scram-sha-256' }]);
    const without = Object.assign(new URL(postgres.url), { password: '' }).href;
    await expect(query(without, 'select 1')).rejects.toThrow(/password/);
    const wrong = Object.assign(new URL(postgres.url), { password: 'guess' }).href;
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps the password as a SCRAM verifier only', async () => {
    const [role] = await query<{ kept: string }>(
      postgres.url,
      'select rolpassword as kept from pg_authid where rolname = current_user',
    );
    expect(role?.kept).toMatch(/^SCRAM-SHA-256\$/);
  });

  it('listens on 127.0.0.1 alone, without a socket file', async () => {
    expect(await show('listen_addresses')).toBe('127.0.0.1');
    expect(await show('unix_socket_directories')).toBe('');
    expect(new URL(postgres.url).hostname).toBe('127.0.0.1');
    expect((await filesBelow(folder.path)).filter((file) => file.includes('.s.PGSQL'))).toEqual([]);
  });

  it('closes the data folder and the password file to all others', async () => {
    const mode = async (name: string): Promise<number> =>
      (await stat(join(folder.path, 'data', name))).mode & 0o777;
    expect(await mode('.')).toBe(0o700);
    expect(await mode('cluster')).toBe(0o700);
    expect(await mode('password')).toBe(0o600);
    expect(await mode('postgres.log')).toBe(0o600);
  });

  it('has a password of 32 bytes, kept in one file alone', async () => {
    expect(Buffer.from(password, 'base64url')).toHaveLength(32);
    const holding = await filesHolding(folder.path, password);
    expect(holding).toEqual([join(folder.path, 'data', 'password')]);
  });

  it('shows the password in no argument and no environment of any process, then or now', async () => {
    const now = await processTexts();
    expect([...seenMeanwhile].some((text) => text.includes('bin/initdb'))).toBe(true);
    expect([...now].some((text) => text.includes('bin/postgres'))).toBe(true);
    const telling = [...seenMeanwhile, ...now].filter((text) => text.includes(password));
    expect(telling).toEqual([]);
  });

  it('writes no value of a failing statement to the log', async () => {
    await query(postgres.url, 'create table handles (handle text primary key)');
    await query(postgres.url, `insert into handles values ('marker-4711')`);
    const again = query(postgres.url, `insert into handles values ('marker-4711')`);
    await expect(again).rejects.toThrow(/duplicate key/);
    await expect(query(postgres.url, `select 'marker-4711'::int`)).rejects.toThrow(/marker-4711/);
    const log = await readFile(join(folder.path, 'data', 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('marker-4711');
  });
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function filesHolding(folder: string, text: string): Promise<readonly string[]> {
  const files = await filesBelow(folder);
  const holding = await Promise.all(
    files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])),
  );
  return holding.flat();
}

function watchProcesses(): { stop(): Promise<ReadonlySet<string>> } {
  const seen = new Set<string>();
  let stopped = false;
  const watching = (async () => {
    for (; !stopped; await sleep(20)) {
      for (const text of await processTexts()) seen.add(text);
    }
  })();
  const stop = async (): Promise<ReadonlySet<string>> => {
    stopped = true;
    await watching;
    return seen;
  };
  return { stop };
}
