import { aConversationId, many } from '@sealpost/testing';
import type { EntriesHint } from '@sealpost/domain';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { FanOutProcess, killListeners } from './support/fan-out-process.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();

const aHint = (): EntriesHint => ({
  conversation: aConversationId(),
  from: 1,
  to: 1,
  version: 1,
  entries: null,
});

/** Two processes, and what the second one heard. */
async function aPair() {
  const schema = FanOutProcess.aSchema();
  const here = new FanOutProcess({ url: server.url, schema });
  const there = new FanOutProcess({ url: server.url, schema });
  const heard: EntriesHint[] = [];
  let breaks = 0;
  await here.fanOut.subscribe(silent);
  await there.fanOut.subscribe({
    hint: (hint) => heard.push(hint),
    notice: () => {},
    onBreak: () => (breaks += 1),
  });
  const stop = () => Promise.all([here.fanOut.stop(), there.fanOut.stop()]);
  return { schema, here, there, heard, breaks: () => breaks, stop };
}

/** Somebody who listens and never says a word. */
async function aStranger(schema: string) {
  const overheard: string[] = [];
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  client.on('notification', ({ payload = '' }) => overheard.push(payload));
  await client.query(`LISTEN ${schema}`);
  return { overheard, stop: () => client.end() };
}

const until = (holds: () => boolean) => eventually(async () => (holds() ? [true] : []));
const silent = { hint: () => {}, notice: () => {}, onBreak: () => {} };

describe('hints through Postgres', () => {
  it('of thousands of conversations at once arrive, in few statements', async () => {
    const { here, heard, stop } = await aPair();
    const hints = many(5_000, aHint);
    for (const hint of hints) here.fanOut.publish(hint);
    await until(() => heard.length >= hints.length);
    expect(heard).toEqual(hints);
    await stop();
  });

  it('of one conversation that gather become one', async () => {
    const { here, heard, stop } = await aPair();
    const [first, hint] = [aHint(), aHint()];
    here.fanOut.publish(first);
    for (let seq = 1; seq <= 500; seq++)
      here.fanOut.publish({ ...hint, from: seq, to: seq, version: seq < 9 ? 1 : 9 });
    await until(() => heard.some(({ to }) => to === 500));
    expect(heard.length).toBeLessThan(10);
    expect(Math.min(...heard.slice(1).map(({ from }) => from))).toBe(1);
    expect(heard.at(-1)?.version).toBe(9);
    await stop();
  });

  it('that Postgres does not take fail nothing, are counted, and are told of', async () => {
    const { schema, here, heard, breaks, stop } = await aPair();
    // As a queue that is full does: the statement fails, the connection stays.
    await server.admin.query(
      `CREATE SCHEMA full_queue;
      CREATE FUNCTION full_queue.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'too many notifications in the NOTIFY queue' USING ERRCODE = '54000'; END $$`,
    );
    const url = `${server.url}?options=-csearch_path%3Dfull_queue,pg_catalog`;
    const refused = new FanOutProcess({ url, schema });
    await refused.fanOut.subscribe(silent);
    for (const hint of many(3, aHint)) refused.fanOut.publish(hint);
    await until(() => refused.meter.of('hints_lost') >= 3);
    expect(refused.faults[0]).toMatchObject({ operation: 'notify', detail: '54000' });
    expect(heard).toEqual([]);
    expect(breaks()).toBe(0);
    await server.admin.query('DROP SCHEMA full_queue CASCADE');
    await until(() => breaks() > 0);
    const next = aHint();
    refused.fanOut.publish(next);
    await until(() => heard.length > 0);
    expect(heard).toEqual([next]);
    expect(here.faults).toEqual([]);
    await refused.fanOut.stop();
    await stop();
  });

  it('of strangers are counted and change nothing', async () => {
    const { schema, there, here, heard, stop } = await aPair();
    await server.admin.query(`SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload`, [
      schema,
      ['hello', '{"a":1}', '["x",["e",1,2,3,4]]'],
    ]);
    const hint = aHint();
    here.fanOut.publish(hint);
    await until(() => heard.length > 0);
    expect(heard).toEqual([hint]);
    expect(there.meter.of('hints_unreadable')).toBe(2);
    await stop();
  });

  it('are told to nobody by a process that is alone, and whoever comes is told of a break (G5)', async () => {
    const schema = FanOutProcess.aSchema();
    const stranger = await aStranger(schema);
    const saying = (what: string) => stranger.overheard.filter((said) => said.includes(what));
    const here = new FanOutProcess({ url: server.url, schema, checkMs: 20 });
    const own: EntriesHint[] = [];
    await here.fanOut.subscribe({ ...silent, hint: (hint) => own.push(hint) });
    const [first, second, third] = [aHint(), aHint(), aHint()];
    here.fanOut.publish(first);
    await until(() => saying('"h"').length > 5);
    expect(saying(first.conversation)).toHaveLength(1);
    here.fanOut.publish(second);
    here.fanOut.announce({ kind: 'devices_changed', account: 'some account' });
    await until(() => own.includes(second));
    const greetings = saying('"h"').length;
    await until(() => saying('"h"').length > greetings + 2);
    expect([...saying(second.conversation), ...saying('some account')]).toEqual([]);

    const there = new FanOutProcess({ url: server.url, schema });
    const heard: EntriesHint[] = [];
    let breaks = 0;
    await there.fanOut.subscribe({
      ...silent,
      hint: (hint) => heard.push(hint),
      onBreak: () => (breaks += 1),
    });
    await until(() => breaks > 0);
    here.fanOut.publish(third);
    await until(() => heard.length > 0);
    expect(heard).toEqual([third]);
    expect(here.meter.of('hints_lost')).toBe(0);
    await Promise.all([here.fanOut.stop(), there.fanOut.stop(), stranger.stop()]);
  });

  it('that were told to nobody are told of after a break, in which somebody may have come (G5)', async () => {
    const schema = FanOutProcess.aSchema();
    const stranger = await aStranger(schema);
    const { overheard } = stranger;
    const here = new FanOutProcess({ url: server.url, schema, checkMs: 20, reconnectMs: 20 });
    await here.fanOut.subscribe(silent);
    await until(() => overheard.length > 5);
    here.fanOut.publish(aHint());
    await killListeners(server, schema);
    await until(() => overheard.some((said) => said.includes('"b"')));
    expect(overheard.filter((said) => said.includes('"e"'))).toEqual([]);
    await Promise.all([here.fanOut.stop(), stranger.stop()]);
  });

  it('cannot be subscribed to while Postgres cannot be reached', async () => {
    const nowhere = new FanOutProcess({ url: 'postgres://127.0.0.1:1/none', schema: 'nowhere' });
    const failure: unknown = await nowhere.fanOut
      .subscribe(silent)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'AdapterFailure', operation: 'listen', retryable: true });
    nowhere.fanOut.publish(aHint());
    await nowhere.fanOut.stop();
  });
});
