import { randomBytes, randomUUID } from 'node:crypto';
import { AdapterFailure } from '@sealpost/domain';
import { aFoundingAppend, aMessageAppend, anInstant } from '@sealpost/testing';
import { expect, it } from 'vitest';
import { connectPostgres, everyValue, type StoredValue } from '../src/index.ts';
import { SchemaShelf } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);

async function everything(where: Parameters<typeof everyValue>[0]): Promise<StoredValue[]> {
  const values: StoredValue[] = [];
  for await (const value of everyValue(where)) values.push(value);
  return values;
}
const holds = (value: StoredValue['value'], mark: string): boolean =>
  (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)).includes(mark);

it('reads every value, those that are stored apart and those beyond the first rows too', async () => {
  const { schema, stores, dispose } = await shelf.open();
  const mark = 'a mark';
  const large = new Uint8Array(Buffer.concat([randomBytes(100_000), Buffer.from(mark)]));
  const founding = aFoundingAppend({}, { parts: [{ audience: 'joiners', bytes: large }] });
  const { conversation } = founding.draft;
  const message = (bytes: Uint8Array) =>
    aMessageAppend(1, { conversation }, { parts: [{ audience: 'all', bytes }] });
  await stores.log.append([
    founding,
    ...Array.from({ length: 700 }, () => message(randomBytes(9))),
    message(large),
  ]);
  await stores.accounts.create({ id: 'id', handle: mark, passwordHash: mark, now: anInstant });
  const found = (await everything({ url: server.url, schema })).filter(({ value }) =>
    holds(value, mark),
  );
  expect(found.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual([
    'accounts.handle',
    'accounts.password_hash',
    'entries.joiner_parts',
    'entries.parts',
    'handles.handle',
  ]);
  await dispose();
});

it('reads the schema that stores use when none is named, and refuses one without tables', async () => {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  await server.admin.query(`CREATE DATABASE ${database}`);
  const url = Object.assign(new URL(server.url), { pathname: database }).href;
  await expect(everything({ url })).rejects.toBeInstanceOf(AdapterFailure);
  const stores = connectPostgres({ url, poolSize: 1 });
  await stores.migrate();
  await stores.stop();
  const read = (await everything({ url })).map(({ table, column }) => `${table}.${column}`);
  expect(read).toContain('deployment.incarnation');
  await server.admin.query(`DROP DATABASE ${database}`);
});
