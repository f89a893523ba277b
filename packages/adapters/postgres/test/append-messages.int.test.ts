import type { Append } from '@sealpost/domain';
import {
  aConversationId,
  aDeviceRef,
  aFoundingAppend,
  aMessageAppend,
  anInstant,
  many,
} from '@sealpost/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Appender } from '../src/appender.ts';
import { Database } from '../src/database.ts';
import type { Statement, Value } from '../src/statement.ts';
import { type FreshStores, SchemaShelf } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const sender = aDeviceRef();
const together = 'log.append_messages';
const judged = 'log.append_entries';
let fresh: FreshStores;
let database: Database;

beforeAll(async () => {
  fresh = await shelf.open(1);
  database = new Database({ url: server.url, schema: fresh.schema, poolSize: 1 });
});
afterAll(async () => {
  await database.stop();
  await fresh.dispose();
});

/** An appender, and what it has called so far. */
function anAppender() {
  const called: string[] = [];
  const rows = <Row>(asked: Statement<Row>, values: readonly Value[]): Promise<Row[]> => {
    called.push(asked.name);
    return database.rows(asked, values);
  };
  return { appender: new Appender({ rows }), called };
}

async function someConversations(): Promise<readonly string[]> {
  const ids = many(3, () => aConversationId());
  await fresh.stores.log.append(ids.map((conversation) => aFoundingAppend({ conversation })));
  return ids;
}

describe('a flush of messages', () => {
  it('is appended together, each conversation in the order of the flush', async () => {
    const { appender, called } = anAppender();
    const [a = '', b = '', c = ''] = await someConversations();
    const at = (conversation: string, later: number, loud = true): Append =>
      aMessageAppend(
        1,
        { conversation, class: loud ? 'loud' : 'quiet' },
        { now: anInstant + later },
      );
    const batch = [at(c, 5), at(a, 3), at(c, 4, false), at(b, 0), at(c, 9)];
    expect(await appender.append(batch)).toEqual([
      { code: 'appended', seq: 2, acceptedAt: anInstant + 5, loud: 1 },
      { code: 'appended', seq: 2, acceptedAt: anInstant + 3, loud: 1 },
      { code: 'appended', seq: 3, acceptedAt: anInstant + 5, loud: 1 },
      { code: 'appended', seq: 2, acceptedAt: anInstant, loud: 1 },
      { code: 'appended', seq: 4, acceptedAt: anInstant + 9, loud: 2 },
    ]);
    expect(called).toEqual([together]);
    const heads = await fresh.stores.log.heads([c]);
    expect(heads.get(c)).toMatchObject({ seq: 4, loud: 2, acceptedAt: anInstant + 9 });
  });

  it('may name earlier sends, in the flush or in the log, but none that is in neither', async () => {
    const { appender, called } = anAppender();
    const [conversation = ''] = await someConversations();
    const send = (clientId: string, after: string | null): Append =>
      aMessageAppend(1, { conversation, sender, clientId, after });
    await appender.append([send('1', null), send('2', '1')]);
    await appender.append([send('3', '2'), send('4', '1')]);
    expect(called).toEqual([together, together]);
    expect(await appender.append([send('5', '6'), send('6', '4')])).toMatchObject([
      { code: 'out_of_turn' },
      { code: 'appended', seq: 6 },
    ]);
    expect(called.slice(2)).toEqual([together, judged]);
  });

  it('is judged one by one where a send came again, and so are the next fifty', async () => {
    const { appender, called } = anAppender();
    const [conversation = '', other = ''] = await someConversations();
    const again = aMessageAppend(1, { conversation });
    await appender.append([again, aMessageAppend(1, { conversation: other })]);
    const news = (): Append => aMessageAppend(1, { conversation });
    expect(await appender.append([news(), again])).toMatchObject([
      { code: 'appended', seq: 3 },
      { code: 'known', seq: 2 },
    ]);
    const twice = news();
    expect(await appender.append([twice, twice])).toMatchObject([
      { code: 'appended', seq: 4 },
      { code: 'known', seq: 4 },
    ]);
    expect(called).toEqual([together, together, judged, judged]);
    for (let flush = 0; flush < 49; flush++) await appender.append([news(), news()]);
    expect(called.slice(4)).toEqual(many(49, () => judged));
    await appender.append([news(), news()]);
    expect(called.at(-1)).toBe(together);
  });

  it('is judged one by one where one was decided on another version, or has no conversation', async () => {
    const [conversation = ''] = await someConversations();
    for (const [other, code] of [
      [aMessageAppend(7, { conversation }), 'stale'],
      [aMessageAppend(1, { conversation: aConversationId() }), 'stale'],
    ] as const) {
      const outcomes = await anAppender().appender.append([
        aMessageAppend(1, { conversation }),
        other,
      ]);
      expect(outcomes.map((outcome) => outcome.code)).toEqual(['appended', code]);
    }
  });

  it('finds a conversation closed that another store is given', async () => {
    const [conversation = '', other = ''] = await someConversations();
    await fresh.stores.log.changeTenure(conversation, 0, { term: 1, state: 'closed' });
    const outcomes = await anAppender().appender.append([
      aMessageAppend(1, { conversation }),
      aMessageAppend(1, { conversation: other }),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual(['closed', 'appended']);
  });
});
