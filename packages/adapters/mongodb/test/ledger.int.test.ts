import { readFileSync } from 'node:fs';
import { needs } from '@sealpost/testing/parts';
import { describe, expect, it } from 'vitest';
import { everyValue } from '../src/index.ts';
import { everyCall } from './support/recorded-commands.ts';
import { TestServer } from './support/test-server.ts';

const page = readFileSync(new URL('../../../../docs/metadata.md', import.meta.url), 'utf8');
/** Rows that name a field, and answer why it is there, who sees it and how long it is kept. */
const rows = [...page.matchAll(/^\| `mongodb:([\w.]+)` *((?:\| *[^|\s][^|]*){3})\|$/gm)];
const listed = rows.map(([, field]) => field);

describe('the ledger of what is stored in MongoDB', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();

  it('has a row for every stored field, and for no other (docs/metadata.md)', async () => {
    const { history, db, dispose } = await server.fresh();
    await everyCall(history.log);
    await db.collection('logs').updateOne({}, { $set: { lease: { holder: 'h', until: 1 } } });
    const stored = new Set<string>();
    for (const name of ['entries', 'logs'])
      for await (const document of db.collection(name).find())
        for (const field of Object.keys(document)) stored.add(`${name}.${field}`);
    expect(new Set(listed)).toEqual(stored);
    expect(listed).toHaveLength(stored.size);
    await dispose();
  });
});

describe('every value that is stored in MongoDB', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();

  it('is read for an audit, within documents too; bytes as they are', async () => {
    const { url, database, history, dispose } = await server.fresh();
    await everyCall(history.log);
    const columns = new Map<string, string | Uint8Array>();
    for await (const { table, column, value } of everyValue({ url, database }))
      columns.set(`${table}.${column}`, value);
    expect(columns.get('entries.conversation')).toBe('copy');
    expect(columns.get('entries.joinerParts')).toEqual(new Uint8Array([1]));
    expect(columns.get('logs.restores.incarnation')).toBe('2');
    expect([...columns.keys()]).toContain('entries.parts.bytes');
    expect([...columns.keys()]).toContain('entries.change.addMembers.account');
    await dispose();
  });

  it('is not looked for where there is nothing', async () => {
    const values = everyValue({ url: server.url, database: 'nothing_is_here' });
    await expect(values.next()).rejects.toMatchObject({ detail: 'no_collections' });
  });
});
