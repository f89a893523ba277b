import {
  aConversationId,
  aDeviceRef,
  aFoundingAppend,
  aMessageAppend,
  anAccountId,
  anInstant,
  many,
  someBundles,
} from '@sealpost/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import type { Database } from '../src/database.ts';
import { PostgresConversationIndex } from '../src/postgres-conversation-index.ts';
import { PostgresConversationLog } from '../src/postgres-conversation-log.ts';
import { PostgresCursorStore } from '../src/postgres-cursor-store.ts';
import { PostgresKeyDirectory } from '../src/postgres-key-directory.ts';
import { PostgresSessionStore } from '../src/postgres-session-store.ts';
import { SchemaShelf } from './support/fresh-stores.ts';
import { recordedStatements } from './support/recorded-statements.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const callers = 8;
const rounds = 25;
const conversations = many(12, aConversationId);
const devices = many(12, () => aDeviceRef('account'));
const accounts = many(12, anAccountId);
const sessions = devices.map(({ device }) => `session of ${device}`);

/** A conversation for the round of a turn, which all callers take on together; they are members of it. */
const roundOf = (turn: number): string => `conversation of round ${turn >> 4}`;

/** The same things in another order for each caller and round. */
const turned = <T>(things: readonly T[], by: number): T[] => {
  const from = (by * 5) % things.length;
  const order = [...things.slice(from), ...things.slice(0, from)];
  return by % 2 === 0 ? order : order.toReversed();
};

it.each<[string, (database: Database, turn: number) => Promise<unknown>]>([
  [
    'flushes',
    (database, turn) =>
      new PostgresConversationLog(database).append(
        turned(conversations, turn).map((conversation) => aMessageAppend(1, { conversation })),
      ),
  ],
  [
    'flushes that found conversations',
    (database, turn) =>
      new PostgresConversationLog(database).append(
        turned(
          many(12, (index) => `founded in round ${turn >> 4}, ${index}`),
          turn,
        ).map((conversation) => aFoundingAppend({ conversation })),
      ),
  ],
  [
    'moves of cursors',
    (database, turn) =>
      new PostgresCursorStore(database).move(
        turned(conversations, turn).flatMap((conversation) =>
          turned(devices, turn).map((device) => ({
            ...device,
            conversation,
            incarnation: 1,
            delivered: turn + 1,
          })),
        ),
      ),
  ],
  [
    'claims',
    (database, turn) =>
      new PostgresKeyDirectory(database).claim(turned(devices, turn), 'plain-1', anInstant),
  ],
  [
    'entries into the index',
    (database, turn) =>
      new PostgresConversationIndex(database).enter('conversation', turned(accounts, turn), turn),
  ],
  [
    'ends in the index',
    (database, turn) =>
      new PostgresConversationIndex(database).leave(roundOf(0), turned(accounts, turn), turn),
  ],
  [
    'forgettings in the index',
    (database, turn) =>
      new PostgresConversationIndex(database).forget(roundOf(turn), turned(accounts, turn), 1),
  ],
  [
    'revocations',
    (database, turn) =>
      new PostgresSessionStore(database).revoke(turned(sessions, turn), anInstant),
  ],
])('lets no %s that want the same in different orders run into a deadlock', async (_, call) => {
  const { schema, stores, dispose } = await shelf.open(1);
  await stores.log.append(conversations.map((conversation) => aFoundingAppend({ conversation })));
  for (const [index, device] of devices.entries()) {
    const [lastResort = null, ...oneTime] = someBundles(3);
    await stores.keys.upload({
      device,
      suite: 'plain-1',
      oneTime,
      lastResort,
      now: anInstant,
      limit: 9,
    });
    const id = sessions[index] ?? '';
    await stores.sessions.create({
      ...device,
      id,
      tokenHash: Buffer.from(id),
      now: anInstant,
      expiresAt: anInstant + 9,
    });
  }
  for (let round = 0; round < rounds; round++)
    await stores.index.enter(roundOf(16 * round), accounts, 0);
  // The adapter would run a call again that lost a deadlock; here it fails.
  await Promise.all(
    many(callers, async (caller) => {
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`SET search_path = ${schema}; SET deadlock_timeout = '50ms'`);
      for (let round = 0; round < rounds; round++) {
        const statements = await recordedStatements((database) =>
          call(database, caller + 16 * round),
        );
        expect(statements.length).toBeGreaterThan(0);
        await client.query('BEGIN');
        for (const [{ text }, values] of statements) await client.query(text, [...values]);
        await client.query('COMMIT');
      }
      await client.end();
    }),
  );
  await dispose();
});
