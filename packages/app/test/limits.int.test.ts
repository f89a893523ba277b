import { randomUUID } from 'node:crypto';
import { temporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import { emptyChange } from '@sealpost/domain';
import { expect, it, onTestFinished } from 'vitest';
import { configFrom, type RunningServer, startServer } from '../src/index.ts';
import type { LogRecord } from '../src/log/log-record.ts';
import { aPerson, call, connected, leaveBundles, type Person, suite } from './support/people.ts';

type Values = Parameters<typeof configFrom>[0];

async function aServer(values: Values = {}) {
  const records: LogRecord[] = [];
  const config = configFrom({ profile: 'memory', port: 0, ...values });
  const server = await startServer(config, (record) => void records.push(record));
  onTestFinished(() => server.stop());
  return { ...server, records };
}

const codeOf = ({ value }: { readonly value: unknown }): string | null =>
  (value as { error?: { code: string } }).error?.code ?? null;

async function figure({ url }: RunningServer, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}

const refusedBy = (server: RunningServer, limiter: string): Promise<number> =>
  figure(server, `sealpost_limits_refused_total{limiter="${limiter}"}`);

const clientId = (): string => randomUUID().replace(/-4/, '-7');

function append(url: string, { accessToken: token }: Person, conversation: string, body: object) {
  const path = `/v1/conversations/${conversation}/entries`;
  const common = { clientId: clientId(), after: null, change: null, blobs: [], parts: [] };
  return call(url, ['POST', path], { token, body: { ...common, ...body } });
}

function found(url: string, founder: Person, conversation: string) {
  const { account, device } = founder;
  const change = {
    ...emptyChange,
    mode: 'found',
    founding: { kind: 'group', suite },
    addMembers: [{ account, role: 'owner' }],
    addDevices: [{ account, device }],
  };
  return append(url, founder, conversation, {
    kind: 'created',
    class: 'quiet',
    generation: 1,
    epoch: 1,
    change,
  });
}

const aMessage = {
  class: 'loud',
  generation: 1,
  epoch: 1,
  parts: [{ audience: 'all', bytes: 'AAAA' }],
};

it('one account cannot use up the one-time bundles of a device, and others still get one (G11, G16)', async () => {
  const server = await aServer();
  const { url } = server;
  const [victim, thief, friend] = [await aPerson(url), await aPerson(url), await aPerson(url)];
  await leaveBundles(url, victim, 100);
  const claim = ({ accessToken: token }: Person) =>
    call(url, ['POST', '/v1/keys/claims'], {
      token,
      body: { suite, accounts: [victim.account], only: null },
    });
  const codes: (string | null)[] = [];
  while (codes.at(-1) !== 'rate_limited' && codes.length < 200)
    codes.push(codeOf(await claim(thief)));
  const stock = await call(url, ['GET', `/v1/keys/stock?suite=${suite}`], {
    token: victim.accessToken,
  });
  expect(stock.value).toMatchObject({ oneTime: 100 - (codes.length - 1) });
  expect(codes.length - 1).toBeLessThan(25);
  const refused = await claim(thief);
  expect(refused).toMatchObject({ status: 429, value: { error: { code: 'rate_limited' } } });
  const { retryAfterMs } = (refused.value as { error: { retryAfterMs: number } }).error;
  expect(retryAfterMs).toBeGreaterThan(9 * 60_000);
  expect((await claim(friend)).status).toBe(200);
  expect(await refusedBy(server, 'claimsByPair')).toBe(2);
});

it('a flood of foundings ends with a time to wait, and other accounts found on (G16)', async () => {
  const server = await aServer({
    limits: { rates: { foundings: { burst: 20, refill: 1, everyMs: 60_000 } } },
  });
  const { url } = server;
  const [flooder, another] = [await aPerson(url), await aPerson(url)];
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => found(url, flooder, `group-${randomUUID()}`)),
  );
  const founded = outcomes.filter(({ status }) => status === 200);
  expect(founded).toHaveLength(21);
  expect(new Set(outcomes.map(codeOf))).toEqual(new Set([null, 'rate_limited']));
  const listed = await call(url, ['GET', '/v1/conversations'], { token: flooder.accessToken });
  expect((listed.value as { conversations: unknown[] }).conversations).toHaveLength(21);
  expect((await found(url, another, `group-${randomUUID()}`)).status).toBe(200);
  expect(await refusedBy(server, 'foundings')).toBe(79);
});

it('messages are counted together, whichever way they come in (G16)', async () => {
  const { url } = await aServer({
    limits: { rates: { messages: { burst: 5, refill: 1, everyMs: 60_000 } } },
  });
  const alice = await aPerson(url);
  const conversation = `group-${randomUUID()}`;
  expect(codeOf(await found(url, alice, conversation))).toBeNull();
  const { socket } = await connected(url, alice);
  for (let sent = 0; sent < 3; sent++) {
    const one = { ...aMessage, kind: 'message' };
    expect(codeOf(await append(url, alice, conversation, one))).toBeNull();
    const { parts, ...rest } = aMessage;
    const bytes = parts.map(({ audience }) => ({ audience, bytes: new Uint8Array(3) }));
    const message = { conversation, clientId: clientId(), after: null, blobs: [], parts: bytes };
    expect(await socket.emitWithAck('send', { ...rest, ...message })).toMatchObject({ ok: true });
  }
  expect(codeOf(await append(url, alice, conversation, { ...aMessage, kind: 'message' }))).toBe(
    'rate_limited',
  );
  socket.close();
});

it('a device that is offered the same entry again and again is counted and told of, and not named', async () => {
  const server = await aServer();
  const { url, records } = server;
  const alice = await aPerson(url);
  const conversation = `group-${randomUUID()}`;
  await found(url, alice, conversation);
  const read = () =>
    call(url, ['GET', `/v1/conversations/${conversation}/entries?incarnation=1&after=0&limit=10`], {
      token: alice.accessToken,
    });
  const loops = () => figure(server, 'sealpost_delivery_loops_total');
  for (let reading = 0; reading < 4; reading++) expect((await read()).status).toBe(200);
  expect(await loops()).toBe(0);
  await read();
  expect(await loops()).toBe(1);
  const told = records.filter(({ event }) => event === 'delivery_loop');
  expect(told).toEqual([{ level: 'warn', event: 'delivery_loop', offers: 5 }]);
});

it('guesses at one handle are counted by all processes together (G16)', async () => {
  const postgres = await temporaryPostgres();
  onTestFinished(() => postgres.stop());
  const values: Values = {
    storage: { kind: 'postgres', url: postgres.url, migrate: 'at-start' },
    cookies: { secret: 'the same for every process of it' },
  };
  const servers = [await aServer(values), await aServer(values)];
  const outcomes: (string | null)[] = [];
  for (let guess = 0; guess < 40; guess++) {
    const { url } = servers[guess % 2] ?? servers[0] ?? { url: '' };
    const body = { handle: 'alice', password: `guess ${guess}`, deviceName: 'thief', proof: null };
    outcomes.push(codeOf(await call(url, ['POST', '/v1/sessions'], { body })));
  }
  const taken = outcomes.filter((code) => code === 'wrong_credentials');
  expect(taken.length).toBeGreaterThanOrEqual(21);
  // One more for each minute that this may take.
  expect(taken.length).toBeLessThan(24);
  expect(outcomes.at(-1)).toBe('rate_limited');
});
