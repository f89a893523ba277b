import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePrivateFile } from './sqlite-file.ts';
import { openDatabase, storeError } from './sqlite-database.ts';
import { SqliteRecords } from './sqlite-records.ts';

describe('the database of a store', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealpost-database-'));
    path = join(folder, 'store.db');
    ensurePrivateFile(path);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('syncs each commit to the disk, also when it is opened again', () => {
    for (let opening = 0; opening < 2; opening += 1) {
      const database = openDatabase(path);
      const setting = (name: string) =>
        Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
      expect(setting('journal_mode')).toBe('wal');
      expect(setting('synchronous')).toBe(2);
      expect(setting('fullfsync')).toBe(1);
      expect(setting('checkpoint_fullfsync')).toBe(1);
      database.close();
    }
  });

  it('has nothing left of a deleted or replaced value once it is closed', () => {
    const database = openDatabase(path);
    const records = new SqliteRecords(database);
    const padded = (mark: string) => new Uint8Array(Buffer.from(mark.repeat(500)));
    for (const name of ['a', 'b', 'c']) records.write([new Map([[name, padded('old-value')]])]);
    records.write([
      new Map([
        ['a', null],
        ['b', padded('new-value')],
      ]),
    ]);
    records.write([new Map([['c', null]])]);
    database.close();
    const file = readFileSync(path);
    expect(file.includes('new-value')).toBe(true);
    expect(file.includes('old-value')).toBe(false);
  });

  it('undoes the whole transaction when one statement of it fails', () => {
    const database = openDatabase(path);
    const records = new SqliteRecords(database);
    const bad = 1.5 as unknown as Uint8Array;
    const good = new Map([['a', new Uint8Array(1)]]);
    expect(() => records.write([good, new Map([['b', bad]])])).toThrow('cannot store');
    expect(records.get('a')).toBeNull();
    records.write([good]);
    expect(records.get('a')).toEqual(new Uint8Array(1));
    database.close();
  });
});

describe('an error of SQLite', () => {
  const sqlite = (errcode: number) =>
    Object.assign(new Error('row value or path'), { code: 'ERR_SQLITE_ERROR', errcode });

  it.each([
    [5, 'store_in_use'],
    [261, 'store_in_use'],
    [11, 'corrupt'],
    [267, 'corrupt'],
    [26, 'corrupt'],
  ])('with the number %i becomes %s', (errcode, code) => {
    expect(storeError(sqlite(errcode))).toMatchObject({ name: 'LocalStoreError', code });
  });

  it('of another kind keeps its number and loses its text', () => {
    const error = storeError(sqlite(13));
    expect(String(error)).toContain('SQLite 13');
    expect(String(error)).not.toContain('row value');
    expect(error).not.toHaveProperty('cause');
  });
});
