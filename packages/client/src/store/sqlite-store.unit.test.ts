import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { localStoreContract } from '@sealpost/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';

const key = new Uint8Array(32).fill(9);
const freshFolder = () => mkdtempSync(join(tmpdir(), 'sealpost-store-'));
const remove = (folder: string) => rmSync(folder, { recursive: true });

const contractOf = (name: string, how: { key: Uint8Array } | { insecure: true }) =>
  localStoreContract({
    name,
    histories: 30,
    place: async () => {
      const folder = freshFolder();
      const path = join(folder, 'store.db');
      return { open: () => openSqliteStore({ path, ...how }), dispose: async () => remove(folder) };
    },
  });
contractOf('sqlite, sealed', { key });
contractOf('sqlite, insecure', { insecure: true });

describe('a SQLite store', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = freshFolder();
    path = join(folder, 'store.db');
  });
  afterEach(() => remove(folder));
  const modes = () => readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);

  it('is refused without a key unless told that it may be insecure', async () => {
    const unwitting = { path } as unknown as SqliteStoreOptions;
    await expect(openSqliteStore(unwitting)).rejects.toMatchObject({ code: 'insecure' });
    expect(readdirSync(folder)).toEqual([]);
    await (await openSqliteStore({ path, insecure: true })).close();
  });

  it('is for its owner only, with every file beside it, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const store = await openSqliteStore({ path, key });
      await store.commit(new Map([['a', new Uint8Array(10_000)]]));
      expect(modes().length).toBeGreaterThan(1);
      expect(modes().every((mode) => mode === 0o600)).toBe(true);
      await store.close();
    } finally {
      process.umask(before);
    }
    expect(modes()).toEqual([0o600]);
  });

  it('takes the rights of others away from a file that has them', async () => {
    await (await openSqliteStore({ path, key })).close();
    chmodSync(path, 0o644);
    writeFileSync(`${path}-journal`, '', { mode: 0o644 });
    const store = await openSqliteStore({ path, key });
    expect(modes().every((mode) => mode === 0o600)).toBe(true);
    await store.close();
  });

  it('tells a wrong key, a missing key and a key for a store in clear apart', async () => {
    await (await openSqliteStore({ path, key })).close();
    const other = new Uint8Array(32);
    await expect(openSqliteStore({ path, key: other })).rejects.toMatchObject({
      code: 'wrong_key',
    });
    await expect(openSqliteStore({ path, insecure: true })).rejects.toMatchObject({
      code: 'wrong_key',
    });
    await (await openSqliteStore({ path, key })).close();

    const clear = join(folder, 'clear.db');
    const store = await openSqliteStore({ path: clear, insecure: true });
    await store.commit(new Map([['a', new Uint8Array(1)]]));
    await store.close();
    await expect(openSqliteStore({ path: clear, key })).rejects.toMatchObject({ code: 'insecure' });
  });

  it.each([
    ['no database', () => writeFileSync(path, 'something else entirely'.repeat(100))],
    [
      'the database of another program',
      () => {
        const database = new DatabaseSync(path);
        database.exec('CREATE TABLE other (a)');
        database.close();
      },
    ],
    [
      'a store of a later format',
      () => {
        const database = new DatabaseSync(path);
        database.exec('PRAGMA application_id = 1399153004; PRAGMA user_version = 2');
        database.exec('CREATE TABLE record (key BLOB)');
        database.close();
      },
    ],
  ])('calls %s corrupt and leaves it as it is', async (_name, make) => {
    make();
    const before = readFileSync(path);
    await expect(openSqliteStore({ path, key })).rejects.toMatchObject({ code: 'corrupt' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('keeps no value in any of its files as it was given, in hex or in base64', async () => {
    const mark = crypto.getRandomValues(Buffer.alloc(24));
    const store = await openSqliteStore({ path, key });
    for (let at = 0; at < 50; at += 1) await store.commit(new Map([[`a/${at % 7}`, mark]]));
    const search = () => {
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
      return [mark, mark.toString('hex'), mark.toString('base64')].some((form) =>
        files.some((file) => file.includes(form)),
      );
    };
    expect(search()).toBe(false);
    await store.close();
    expect(search()).toBe(false);

    const clear = await openSqliteStore({ path: join(folder, 'clear.db'), insecure: true });
    await clear.commit(new Map([['a', mark]]));
    await clear.close();
    expect(search()).toBe(true);
  });

  it('takes ":memory:" and URLs for the names of files', async () => {
    const before = process.cwd();
    try {
      process.chdir(folder);
      await (await openSqliteStore({ path: ':memory:', key })).close();
      expect(readdirSync(folder)).toEqual([':memory:']);
    } finally {
      process.chdir(before);
    }
  });
});
