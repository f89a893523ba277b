import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { execute } from '../src/ask.ts';
import { type Statement, statement, type Value } from '../src/statement.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
let client: pg.Client;
let said: string[];

beforeEach(async () => {
  client = new pg.Client({ connectionString: server.url });
  await client.connect();
  said = [];
  const { connection } = client as unknown as { readonly connection: pg.Connection };
  for (const message of ['parse', 'bind', 'describe', 'execute', 'sync'] as const) {
    const send = connection[message].bind(connection) as (...about: unknown[]) => void;
    vi.spyOn(connection, message).mockImplementation((...about: unknown[]) => {
      said.push(message);
      send(...about);
    });
  }
});
afterEach(() => client.end());

const ask = <Row>(asked: Statement<Row>, values: readonly Value[]) =>
  execute(client, asked, values, 5_000);

const all = statement<Record<string, unknown>>(
  'all',
  'SELECT $1::text AS "text", $2::bigint AS big, $3::int AS small, $4::boolean AS flag, $5::bytea AS bytes',
);

it('gives and reads every kind of value, and none', async () => {
  const bytes = Uint8Array.from([9, 0, 255, 7]).subarray(1);
  expect(await ask(all, ['ä\\', 2 ** 53 - 1, -3, true, bytes])).toEqual([
    { text: 'ä\\', big: 2 ** 53 - 1, small: -3, flag: true, bytes: new Uint8Array(bytes) },
  ]);
  expect(await ask(all, [null, null, null, null, null])).toEqual([
    { text: null, big: null, small: null, flag: null, bytes: null },
  ]);
});

it('has a statement prepared and its rows described once for a connection', async () => {
  for (let time = 0; time < 3; time++) await ask(all, ['a', 1, 2, false, null]);
  expect(said).toEqual([
    ...['parse', 'bind', 'describe', 'execute', 'sync'],
    ...['bind', 'execute', 'sync'],
    ...['bind', 'execute', 'sync'],
  ]);
});

it('answers all rows, or none', async () => {
  const series = statement<{ item: number }>(
    's',
    'SELECT item FROM generate_series(1, $1) AS item',
  );
  expect(await ask(series, [3])).toEqual([{ item: 1 }, { item: 2 }, { item: 3 }]);
  expect(await ask(series, [0])).toEqual([]);
  const nothing = statement('nothing', 'CREATE TEMP TABLE IF NOT EXISTS made ()');
  said = [];
  expect(await ask(nothing, [])).toEqual([]);
  expect(await ask(nothing, [])).toEqual([]);
  expect(said.filter((message) => message === 'describe')).toHaveLength(1);
});

it('rejects with what PostgreSQL says, and goes on', async () => {
  const divided = statement<{ result: number }>('divided', 'SELECT 6 / $1::int AS result');
  for (const by of [0, 0])
    await expect(ask(divided, [by])).rejects.toMatchObject({ code: '22012' });
  expect(await ask(divided, [2])).toEqual([{ result: 3 }]);
  const wrong = statement('wrong', 'SELECT FROM nowhere');
  for (let time = 0; time < 2; time++)
    await expect(ask(wrong, [])).rejects.toMatchObject({ code: '42P01' });
  await expect(ask(divided, ['x'])).rejects.toMatchObject({ code: '22P02' });
  expect(await ask(divided, [3])).toEqual([{ result: 2 }]);
});

it('refuses another text under the name of a statement, and goes on', async () => {
  const one = statement<{ one: number }>('numbered', 'SELECT 1 AS one');
  const two = statement<{ two: number }>('numbered', 'SELECT 2 AS two');
  expect(await ask(one, [])).toEqual([{ one: 1 }]);
  await expect(ask(two, [])).rejects.toThrow('numbered');
  expect(await ask(one, [])).toEqual([{ one: 1 }]);
});

it('rejects a result that it cannot read, each time', async () => {
  const point = statement('point', 'SELECT point(1, 2)');
  for (let time = 0; time < 2; time++) await expect(ask(point, [])).rejects.toThrow('type 600');
  expect(await ask(all, [null, null, null, true, null])).toMatchObject([{ flag: true }]);
});
