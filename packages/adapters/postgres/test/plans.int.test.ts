import {
  aFoundingAppend,
  aMessageAppend,
  anInstant,
  anUpload,
  many,
  someBundles,
} from '@sealpost/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../src/database.ts';
import { connectPostgres, type PostgresStores } from '../src/index.ts';
import { PostgresConversationIndex } from '../src/postgres-conversation-index.ts';
import { PostgresConversationLog } from '../src/postgres-conversation-log.ts';
import { PostgresKeyDirectory } from '../src/postgres-key-directory.ts';
import { statement, type Value } from '../src/statement.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { recordedStatements } from './support/recorded-statements.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const idOf = (kind: string) => (index: number) => `${kind}-${String(index).padStart(4, '0')}`;
const conversations = many(3_000, idOf('conversation'));
const reader = { account: 'reader', device: 'reader-device', incarnation: 1 };
const wide = { entries: 50, bytes: 1 << 20 };
let fresh: FreshStores;

/** One connection from the first row on: what it planned while the tables were empty, it still has when they are not. */
async function fill(stores: PostgresStores): Promise<void> {
  for (let from = 0; from < conversations.length; from += 500) {
    const some = conversations.slice(from, from + 500);
    await stores.log.append(
      some.map((conversation, index) =>
        aFoundingAppend({ conversation }, { now: anInstant + index }),
      ),
    );
    await stores.log.append(some.map((conversation) => aMessageAppend(1, { conversation })));
    for (const conversation of some.slice(0, 50))
      await stores.index.enter(conversation, [reader.account, 'other'], 0);
    await stores.cursors.move(
      some.slice(0, 20).map((conversation) => ({ ...reader, conversation, delivered: 2 })),
    );
  }
}

/** How often each table was read from end to end, and how many index rows were read. */
async function readings(
  schema = fresh.schema,
): Promise<{ scans: Record<string, number>; indexRows: number }> {
  const tables = await server.rows<{ relname: string; seq_scan: string }>(
    `SELECT relname, seq_scan FROM pg_stat_all_tables WHERE schemaname = '${schema}' ORDER BY relname`,
  );
  const indexes = await server.rows<{ rows: string }>(
    `SELECT sum(idx_tup_read) AS rows FROM pg_stat_all_indexes WHERE schemaname = '${schema}'`,
  );
  return {
    scans: Object.fromEntries(
      tables.map(({ relname, seq_scan: scans }) => [relname, Number(scans)]),
    ),
    indexRows: Number(indexes[0]?.rows),
  };
}

beforeAll(async () => {
  fresh = await shelf.open(1);
});
afterAll(() => fresh.dispose());

describe('a connection that planned while the tables were empty', () => {
  it('never reads a table from end to end, nor more of an index than it needs', async () => {
    const stores = connectPostgres({ url: server.url, schema: fresh.schema, poolSize: 1 });
    const before = await readings();
    await fill(stores);
    const [conversation = ''] = conversations;
    const { log, index, cursors } = stores;
    for (let round = 0; round < 20; round++) {
      const [message, other] = [
        aMessageAppend(1, { conversation }),
        aMessageAppend(1, { conversation }),
      ];
      await log.append([message]);
      await log.append([
        other,
        aMessageAppend(1, { conversation: conversations[round + 1] ?? '' }),
      ]);
      await log.page(conversation, round, { entries: 5, bytes: 1 << 20 });
      await log.load(conversation);
      await log.heads(conversations.slice(0, 10));
      await log.find(conversation, message.draft.sender.device, message.draft.clientId);
      await log.saveSnapshot(conversation, 1, 'state');
      await index.behind(reader, { after: null, limit: 5 });
      await index.conversationsOf(reader.account, { after: null, limit: 10, ended: true });
      await index.leave(conversation, ['other'], 1);
      await cursors.ofConversation(conversation, [reader.account]);
      await cursors.ofAccounts([{ conversation, account: reader.account }]);
      await cursors.ofDevice(conversation, reader.account, reader.device);
    }
    // What the server counts of a connection is complete when it ends.
    await stores.stop();
    const after = await readings();
    expect(after.scans).toEqual(before.scans);
    // Each entry is read by a few look-ups of one row; a read of the whole index would add thousands each time.
    expect(after.indexRows - before.indexRows).toBeLessThan(20 * conversations.length);
  });
});

describe('a process that held nothing when it planned', () => {
  it('reads a few rows for each connection, however many there are', async () => {
    const { schema, stores, dispose } = await shelf.open(1);
    const before = await readings(schema);
    const turn = { leaseMs: 60_000, opened: [], ended: [] };
    const connections = conversations.map((device) => ({
      ...{ device, account: device, serial: 1, agoMs: 0 },
    }));
    await stores.presence.hold('here', turn);
    for (let from = 0; from < connections.length; from += 500)
      await stores.presence.hold('here', {
        ...turn,
        opened: connections.slice(from, from + 500),
      });
    for (let round = 0; round < 200; round++) {
      const opened = connections.slice(round, round + 1);
      await stores.presence.hold('there', { ...turn, opened, ended: opened });
      await stores.presence.online(conversations.slice(0, 5));
    }
    await stores.stop();
    const after = await readings(schema);
    expect(after.scans).toEqual(before.scans);
    expect(after.indexRows - before.indexRows).toBeLessThan(10 * connections.length);
    await dispose();
  });
});

const literal = (value: Value): string =>
  value instanceof Uint8Array
    ? `'{conversation-0001,conversation-0002}'`
    : value === null
      ? 'NULL'
      : `'${String(value)}'`;

/** Stores on one connection to an empty schema, and how many rows of indexes that connection has read so far. */
async function emptyStores() {
  const { schema, dispose } = await shelf.open(1);
  const database = new Database({ url: server.url, schema, poolSize: 1 });
  const read = async (): Promise<number> => {
    await database.rows(statement('flush_statistics', 'SELECT pg_stat_force_next_flush()'), []);
    return (await readings(schema)).indexRows;
  };
  const close = async (): Promise<void> => {
    await database.stop();
    await dispose();
  };
  return { database, read, close };
}

/** How many rows of indexes ten calls read, first when little is stored and then when much is. */
async function readByCalls(
  read: () => Promise<number>,
  calls: (round: number) => Promise<void>,
  grow: () => Promise<void>,
): Promise<[little: number, much: number]> {
  const begun = await read();
  for (let round = 0; round < 10; round++) await calls(round);
  const little = (await read()) - begun;
  await grow();
  const grown = await read();
  for (let round = 10; round < 20; round++) await calls(round);
  return [little, (await read()) - grown];
}

describe('a connection that planned while little was stored', () => {
  it('reads as little of a long conversation as of a short one', async () => {
    const { database, read, close } = await emptyStores();
    const log = new PostgresConversationLog(database);
    const index = new PostgresConversationIndex(database);
    const conversation = 'a long one';
    const sender = { account: reader.account, device: 'sender' };
    const send = (place: number, after: number | null = null) => {
      const clientId = `send ${place}`;
      return aMessageAppend(1, {
        conversation,
        sender,
        clientId,
        after: after === null ? null : `send ${after}`,
      });
    };
    const calls = async (round: number): Promise<void> => {
      const place = 10 * round;
      await log.append([send(place)]);
      await log.append([send(place + 1, place)]);
      await log.append([send(place + 2, place + 1), send(place)]);
      await log.page(conversation, place, { entries: 5, bytes: 1 << 20 });
      await log.load(conversation);
      await log.find(conversation, sender.device, `send ${place}`);
      await index.behind(reader, { after: null, limit: 5 });
    };
    await index.enter(conversation, [reader.account], 0);
    await log.append([aFoundingAppend({ conversation, sender, clientId: 'founding' })]);
    const [little, much] = await readByCalls(read, calls, async () => {
      for (let from = 1_000; from < 5_000; from += 500)
        await log.append(many(500, (place) => send(from + place)));
    });
    expect(little).toBeGreaterThan(0);
    expect(much).toBeLessThanOrEqual(1.5 * little);
    await close();
  });

  it('reads as little of a device that spent many bundles as of a new one', async () => {
    const { database, read, close } = await emptyStores();
    const keys = new PostgresKeyDirectory(database);
    const upload = anUpload();
    const refill = (count: number) => keys.upload({ ...upload, oneTime: someBundles(count) });
    const calls = async (): Promise<void> => {
      expect(await keys.claim([upload.device], upload.suite, anInstant)).toHaveLength(1);
      await keys.stock(upload.device, upload.suite, anInstant);
    };
    await refill(50);
    const [little, much] = await readByCalls(read, calls, async () => {
      for (let round = 0; round < 50; round++) {
        await refill(40);
        for (let claims = 0; claims < 40; claims++) await calls();
      }
      await refill(10);
    });
    expect(little).toBeGreaterThan(0);
    expect(much).toBeLessThanOrEqual(2 * little);
    await close();
  });
});

describe('the plan', () => {
  const after = { activeAt: anInstant, conversation: 'conversation-0001' };
  const index = (database: Database) => new PostgresConversationIndex(database);
  const log = (database: Database) => new PostgresConversationLog(database);

  it.each([
    [
      'of discovery',
      (database: Database) => index(database).behind(reader, { after: null, limit: 200 }),
    ],
    [
      'of its next page',
      (database: Database) => index(database).behind(reader, { after, limit: 200 }),
    ],
    [
      'of a listing',
      (database: Database) =>
        index(database).conversationsOf('reader', { after: null, limit: 9, ended: false }),
    ],
    [
      'of the rows of all',
      (database: Database) =>
        index(database).rows({ after: { account: 'reader', conversation: 'a' }, limit: 9 }),
    ],
    ['of a page', (database: Database) => log(database).page('conversation-0001', 0, wide)],
    ['of loading', (database: Database) => log(database).load('conversation-0001')],
    ['of one entry', (database: Database) => log(database).entry('conversation-0001', 1)],
    [
      'of loading from the floor',
      (database: Database) => log(database).load('conversation-0001', 'floor'),
    ],
    [
      'of what expires',
      (database: Database) =>
        log(database).expiring(anInstant, {
          after: 'conversation-0001',
          conversations: 9,
          entries: 9,
        }),
    ],
    ['of heads', (database: Database) => log(database).heads(conversations.slice(0, 2))],
    ['of what moved', (database: Database) => log(database).movedSince(anInstant, 100)],
    [
      'of finding a send',
      (database: Database) => log(database).find('conversation-0001', 'device', 'id'),
    ],
  ])('%s reads tables by their indexes only', async (_, call) => {
    const [[asked, values] = []] = await recordedStatements(call);
    const database = new Database({ url: server.url, schema: fresh.schema, poolSize: 1 });
    const types = values?.length === 0 ? '' : `(${values?.map(() => 'unknown').join(', ')})`;
    await database.knex.raw(`PREPARE asked ${types} AS ${asked?.text}`);
    const { rows } = await database.knex.raw<{ rows: { 'QUERY PLAN': string }[] }>(
      `EXPLAIN (COSTS OFF) EXECUTE asked (${values?.map(literal).join(', ')})`,
    );
    await database.stop();
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index (Only )?Scan/);
    expect(plan).not.toContain('Seq Scan');
    // Each index is entered by a condition, never walked as a whole.
    expect(plan.match(/Index Cond/g)?.length).toBe(plan.match(/Index (Only )?Scan/g)?.length);
  });
});
