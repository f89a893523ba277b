import { aConversationId, aCut, aFoundingAppend, aMessageAppend, many } from '@sealpost/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const wide = { entries: 100, bytes: 1 << 20 };
let fresh: FreshStores;

beforeEach(async () => {
  fresh = await shelf.open(4);
});
afterEach(() => fresh.dispose());

const waiting = (): Promise<{ pid: number }[]> =>
  server.rows<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '${fresh.schema}'`,
  );

it('cuts nothing when its connection is killed in the middle, and can be given again; who sends meanwhile goes on', async () => {
  const { log } = fresh.stores;
  const conversation = aConversationId();
  await log.append([
    aFoundingAppend({ conversation }),
    ...many(4, () => aMessageAppend(1, { conversation })),
  ]);
  const before = await log.page(conversation, 0, wide);
  const cut = aCut(conversation, 3, 1, 1);
  // Entries and changes are deleted by then, the state is not stored yet.
  await server.admin.query(`BEGIN; LOCK TABLE ${fresh.schema}.floors IN EXCLUSIVE MODE`);
  const failed = log.cut(cut).catch((error: unknown) => error);
  const [{ pid }] = await eventually(waiting);
  const message = aMessageAppend(1, { conversation });
  const sending = log.append([message]);
  await eventually(async () => ((await waiting()).length === 2 ? [true] : []));
  await server.rows(`SELECT pg_terminate_backend(${pid})`);
  expect(await failed).toMatchObject({ name: 'AdapterFailure', retryable: true });
  expect(await sending).toMatchObject([{ code: 'appended', seq: 6 }]);
  await server.admin.query('ROLLBACK');

  const after = await log.page(conversation, 0, wide);
  expect(after?.entries.slice(0, 5)).toEqual(before?.entries);
  expect(after?.head).toMatchObject({ seq: 6, floor: 0 });
  expect(await log.load(conversation, 'floor')).toMatchObject({ snapshot: null });
  expect(await log.cut(cut)).toBe(3);
  expect((await log.page(conversation, 3, wide))?.entries.map(({ seq }) => seq)).toEqual([4, 5, 6]);
});

it('is not undone by a lower one that was begun meanwhile and waited for it', async () => {
  const { log } = fresh.stores;
  const conversation = aConversationId();
  await log.append([
    aFoundingAppend({ conversation }),
    ...many(4, () => aMessageAppend(1, { conversation })),
  ]);
  await server.admin.query(`BEGIN; LOCK TABLE ${fresh.schema}.floors IN EXCLUSIVE MODE`);
  const higher = log.cut(aCut(conversation, 4, 1, 1));
  await eventually(waiting);
  const lower = log.cut(aCut(conversation, 2, 1, 1));
  await eventually(async () => ((await waiting()).length === 2 ? [true] : []));
  await server.admin.query('ROLLBACK');
  expect([await higher, await lower]).toEqual([4, 0]);
  expect((await log.page(conversation, 4, wide))?.head.floor).toBe(4);
});
