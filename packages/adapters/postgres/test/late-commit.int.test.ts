import type { ConversationLog } from '@sealpost/domain';
import { aConversationId, aFoundingAppend, aMessageAppend } from '@sealpost/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { SchemaShelf, type FreshStores } from './support/fresh-stores.ts';
import { PausedWriter } from './support/paused-writer.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);
const wide = { entries: 100, bytes: 1 << 20 };
let fresh: FreshStores;
let log: ConversationLog;

beforeEach(async () => {
  fresh = await shelf.open();
  log = fresh.stores.log;
});
afterEach(() => fresh.dispose());

async function aConversation(): Promise<string> {
  const conversation = aConversationId();
  await log.append([aFoundingAppend({ conversation })]);
  return conversation;
}

/** Reads on from a cursor to the end, as a device does. */
async function readOn(
  conversation: string,
  from: number,
): Promise<{ seqs: number[]; clientIds: string[]; head: number }> {
  const page = await log.page(conversation, from, wide);
  return {
    seqs: page?.entries.map(({ seq }) => seq) ?? [],
    clientIds: page?.entries.map(({ clientId }) => clientId) ?? [],
    head: page?.head.seq ?? 0,
  };
}

const someoneWaits = () =>
  eventually(() =>
    server.rows(
      `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = '${fresh.schema}'`,
    ),
  );

describe('a writer that commits late', () => {
  for (const others of [1, 3]) {
    it(`cannot be overtaken in its conversation by a flush of ${others}, so no reader skips its entry`, async () => {
      const [conversation, elsewhere] = [await aConversation(), await aConversation()];
      const [late, next] = [
        aMessageAppend(1, { conversation }),
        Array.from({ length: others }, () => aMessageAppend(1, { conversation })),
      ];
      const paused = await PausedWriter.begin(server, fresh.schema, [late]);
      let answered = false;
      const waiting = log.append(next).finally(() => (answered = true));
      await someoneWaits();

      const other = await log.append([aMessageAppend(1, { conversation: elsewhere })]);
      expect(other).toMatchObject([{ code: 'appended', seq: 2 }]);
      const before = await readOn(conversation, 0);
      expect(before).toMatchObject({ seqs: [1], head: 1 });
      expect(answered).toBe(false);

      await paused.end('COMMIT');
      expect(await waiting).toMatchObject(
        next.map((_, index) => ({ code: 'appended', seq: 3 + index })),
      );
      const after = await readOn(conversation, before.head);
      expect(after.clientIds).toEqual([late, ...next].map(({ draft }) => draft.clientId));
      expect(after.seqs).toEqual([2, ...next.map((_, index) => 3 + index)]);
    });
  }

  it('leaves no hole when it does not commit', async () => {
    const conversation = await aConversation();
    const next = aMessageAppend(1, { conversation });
    const paused = await PausedWriter.begin(server, fresh.schema, [
      aMessageAppend(1, { conversation }),
    ]);
    const waiting = log.append([next]);
    await someoneWaits();
    await paused.end('ROLLBACK');
    expect(await waiting).toMatchObject([{ code: 'appended', seq: 2 }]);
    expect(await readOn(conversation, 0)).toMatchObject({ seqs: [1, 2], head: 2 });
  });

  it('is known to a writer of the same send that waited for it', async () => {
    const conversation = await aConversation();
    const message = aMessageAppend(1, { conversation });
    const paused = await PausedWriter.begin(server, fresh.schema, [message]);
    const alone = log.append([message]);
    const amongOthers = log.append([aMessageAppend(1, { conversation }), message]);
    await someoneWaits();
    await paused.end('COMMIT');
    expect(await alone).toMatchObject([{ code: 'known', seq: 2 }]);
    expect(await amongOthers).toMatchObject([
      { code: 'appended', seq: 3 },
      { code: 'known', seq: 2 },
    ]);
  });

  it('founds the conversation alone: others that wait to found it are stale, or found it when it gives up', async () => {
    for (const [end, expected] of [
      ['COMMIT', 'stale'],
      ['ROLLBACK', 'appended'],
    ] as const) {
      const conversation = aConversationId();
      const paused = await PausedWriter.begin(server, fresh.schema, [
        aFoundingAppend({ conversation }),
      ]);
      expect(await log.page(conversation, 0, wide)).toBeNull();
      expect(await log.heads([conversation])).toEqual(new Map());
      const waiting = log.append([aFoundingAppend({ conversation })]);
      await someoneWaits();
      await paused.end(end);
      expect(await waiting).toMatchObject([{ code: expected }]);
      expect(await readOn(conversation, 0)).toMatchObject({ seqs: [1], head: 1 });
    }
  });
});

describe('a conversation whose only items are refused', () => {
  it('leaves nothing behind', async () => {
    const conversation = aConversationId();
    const after = 'a send that never was';
    expect(await log.append([aFoundingAppend({ conversation, after })])).toEqual([
      { code: 'out_of_turn' },
    ]);
    expect(await log.load(conversation)).toBeNull();
    expect(await server.rows(`SELECT conversation FROM ${fresh.schema}.heads`)).toEqual([]);
  });
});
