import type { Append } from '@sealpost/domain';
import {
  aCommitAppend,
  aConversationId,
  aDeviceRef,
  aFoundingAppend,
  aMessageAppend,
} from '@sealpost/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPEND_MESSAGE, appendMessageArguments } from '../src/append-message.ts';
import { Appender } from '../src/appender.ts';
import { Database } from '../src/database.ts';
import type { Statement, Value } from '../src/statement.ts';
import { eventually } from './support/eventually.ts';
import { type FreshStores, SchemaShelf } from './support/fresh-stores.ts';
import { PausedWriter } from './support/paused-writer.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const sender = aDeviceRef();
const alone = 'log.append_message';
const judged = 'log.append_entries';
let fresh: FreshStores;
let database: Database;
let called: string[];
let appender: Appender;
let conversation: string;

beforeAll(async () => {
  fresh = await shelf.open(1);
  database = new Database({ url: server.url, schema: fresh.schema, poolSize: 2 });
});
afterAll(async () => {
  await database.stop();
  await fresh.dispose();
});

const rows = async <Row>(asked: Statement<Row>, values: readonly Value[]): Promise<Row[]> => {
  called.push(asked.name);
  try {
    return await database.rows(asked, values);
  } catch (error) {
    called.push('refused');
    throw error;
  }
};
const send = (clientId: string, after: string | null = null): Append =>
  aMessageAppend(1, { conversation, sender, clientId, after });

async function founded(): Promise<void> {
  called = [];
  appender = new Appender({ rows });
  conversation = aConversationId();
  await fresh.stores.log.append([aFoundingAppend({ conversation })]);
}

const someoneWaits = () =>
  eventually(() => server.rows("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"));

/** What becomes of a message while another process's flush, which has the head, is committed or not. */
async function appendedBeside(
  flush: readonly Append[],
  by: 'COMMIT' | 'ROLLBACK',
  message: Append,
): Promise<unknown> {
  const other = await PausedWriter.begin(server, fresh.schema, flush);
  const appending = appender.append([message]);
  await someoneWaits();
  await other.end(by);
  return (await appending)[0];
}

describe('a message alone', () => {
  it('is appended by one statement, and judged by another where it is not simply the next', async () => {
    await founded();
    expect(await appender.append([send('1')])).toMatchObject([{ code: 'appended', seq: 2 }]);
    expect(await appender.append([send('2', '1')])).toMatchObject([{ code: 'appended', seq: 3 }]);
    expect(called).toEqual([alone, alone]);
    expect(await appender.append([send('1')])).toMatchObject([{ code: 'known', seq: 2 }]);
    expect(await appender.append([send('3', '4')])).toEqual([{ code: 'out_of_turn' }]);
    expect(called.slice(2)).toEqual([alone, judged, alone, judged]);
    const heads = await fresh.stores.log.heads([conversation]);
    expect(heads.get(conversation)).toMatchObject({ seq: 3, loud: 2 });
  });

  it('that another process is committing is known, once that has committed it', async () => {
    await founded();
    const message = send('1');
    expect(await appendedBeside([message], 'COMMIT', message)).toMatchObject({
      code: 'known',
      seq: 2,
    });
    expect(called).toEqual([alone, 'refused', judged]);
  });

  it('finds its conversation closed that another store is given', async () => {
    await founded();
    await fresh.stores.log.changeTenure(conversation, 0, { term: 1, state: 'closed' });
    expect(await appender.append([send('1')])).toEqual([{ code: 'closed' }]);
  });

  it('that another process gave up is appended', async () => {
    await founded();
    const message = send('1');
    expect(await appendedBeside([message], 'ROLLBACK', message)).toMatchObject({
      code: 'appended',
      seq: 2,
    });
    expect(called).toEqual([alone]);
  });

  it('sees what was committed while it waited: the send that it names, and that it was decided too early', async () => {
    await founded();
    expect(await appendedBeside([send('1')], 'COMMIT', send('2', '1'))).toMatchObject({
      code: 'appended',
      seq: 3,
    });
    const commit = aCommitAppend(1, { conversation });
    expect(await appendedBeside([commit], 'COMMIT', send('3'))).toEqual({ code: 'stale' });
    expect(called).toEqual([alone, judged, alone, judged]);
  });

  it('tells nobody whose it was, when it is refused by the index', async () => {
    await founded();
    const message = send('1');
    const other = await PausedWriter.begin(server, fresh.schema, [message]);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`SET search_path = ${fresh.schema}`);
    const refused = client
      .query(APPEND_MESSAGE.text, appendMessageArguments(message))
      .catch((error: unknown) => error);
    await someoneWaits();
    await other.end('COMMIT');
    const { message: text, detail, code } = (await refused) as pg.DatabaseError;
    expect({ text, detail, code }).toEqual({
      text: 'sent again',
      detail: undefined,
      code: 'SP001',
    });
    await client.end();
  });
});
