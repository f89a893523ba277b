import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryPostgres, type TemporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import { MemoryStore, mlsEngine, Sealpost, WebTransport, webSystem } from '@sealpost/client';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginAfterRestore, configFrom } from '@sealpost/app';
import { ServerProcess } from '../src/harness/server-process.ts';
import { accountOf, eventually, linkBoth, password, reads, say } from './support/world.ts';

const leaseMs = 3_000;
const secret = 'the same secret in every process';
/** Far below the 15 s after which a process looks by itself. */
const soonMs = 5_000;

let folder: string;
let postgres: TemporaryPostgres;
let here: ServerProcess;
let there: ServerProcess;

/** What a device presented to its server, and why it was sent away. */
class Watched extends WebTransport {
  token = '';
  isConnected = false;
  closings: string[] = [];
  override connect(...[handshake, listener]: Parameters<WebTransport['connect']>) {
    this.token = handshake.accessToken ?? '';
    return super.connect(handshake, {
      event: (name, payload) => {
        if (name === 'hello') this.isConnected = true;
        if (name === 'closing') this.closings.push((payload as { reason: string }).reason);
        listener.event(name, payload);
      },
      closed: (why) => listener.closed(why),
    });
  }
}

interface Seat {
  readonly device: Sealpost;
  readonly transport: Watched;
}

const seats: Sealpost[] = [];
async function sitAt(server: ServerProcess): Promise<Seat> {
  const transport = new Watched(server.url);
  const store = await MemoryStore.open();
  const device = new Sealpost({ ...webSystem, store, transport, engine: mlsEngine() });
  seats.push(device);
  return { device, transport };
}

async function registeredAt(server: ServerProcess, handle: string): Promise<Seat> {
  const seat = await sitAt(server);
  await seat.device.register({ handle, password, deviceName: 'phone' });
  return seat;
}

/** Ends the connections on which processes listen to each other. */
async function cutChannels(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sealpost hints'`,
  );
  await client.end();
}

const settings = () => ({
  SEALPOST_PROFILE: 'postgres',
  SEALPOST_STORAGE__URL: postgres.url,
  SEALPOST_STORAGE__MIGRATE: 'at-start',
  SEALPOST_COOKIES__SECRET: secret,
  SEALPOST_PRESENCE__LEASE_MS: String(leaseMs),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-processes-'));
  postgres = await temporaryPostgres();
  here = await ServerProcess.on(join(folder, 'here'), settings());
  there = await ServerProcess.on(join(folder, 'there'), settings());
  await Promise.all([here.start(), there.start()]);
}, 120_000);

afterAll(async () => {
  await Promise.all(seats.map((device) => device.close()));
  await Promise.all([here.end('SIGKILL'), there.end('SIGKILL')]);
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

it('what is sent at one process is read at the other at once, both ways', async () => {
  const [alice, bob] = [await registeredAt(here, 'alice'), await registeredAt(there, 'bob')];
  const chat = await alice.device.direct(await accountOf(alice.device, 'bob'));
  await say(chat, 'first');
  await reads(bob.device, chat.id, ['first']);
  const texts = ['first'];
  for (let round = 0; round < 10; round++) {
    const author = round % 2 === 0 ? alice.device : bob.device;
    const reader = round % 2 === 0 ? bob.device : alice.device;
    texts.push(`message ${round}`);
    const began = performance.now();
    await say(author.conversation(chat.id), `message ${round}`);
    await reads(reader, chat.id, texts);
    expect(performance.now() - began).toBeLessThan(soonMs);
  }
}, 60_000);

it('what is sent while the channel breaks again and again is read soon after (G5)', async () => {
  const [carol, dave] = [await registeredAt(here, 'carol'), await registeredAt(there, 'dave')];
  const chat = await carol.device.direct(await accountOf(carol.device, 'dave'));
  const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
  for (const text of texts) {
    await cutChannels();
    await say(chat, text);
  }
  const began = performance.now();
  await reads(dave.device, chat.id, texts);
  expect(performance.now() - began).toBeLessThan(soonMs);
}, 60_000);

it('a device that is revoked at one process is refused by the other within 5 s (G6)', async () => {
  const phone = await registeredAt(here, 'erin');
  const tablet = await sitAt(there);
  await tablet.device.logIn({ handle: 'erin', password, deviceName: 'tablet' });
  await linkBoth(tablet.device, phone.device);
  const { token } = phone.transport;
  const revoked = (await phone.device.me())?.device ?? '';
  await tablet.device.revokeDevice(revoked);
  const began = performance.now();
  const isRefused = async (): Promise<boolean> => {
    const answer = await new WebTransport(here.url).call('sessions', {}, token);
    return !answer.ok && answer.error.code === 'unauthenticated';
  };
  await eventually(isRefused, 'the other process refuses', soonMs);
  await eventually(
    async () => phone.transport.closings.includes('session_revoked'),
    'the connection is closed',
    soonMs,
  );
  expect(performance.now() - began).toBeLessThan(5_000);
}, 60_000);

it('a device that connects to another process is sent away by the first', async () => {
  const frank = await registeredAt(here, 'frank');
  // What is only being opened may be the later of the two, and stands then.
  await eventually(async () => frank.transport.isConnected);
  const elsewhere = new WebTransport(there.url).connect(
    { protocol: 1, accessToken: frank.transport.token, suites: [] },
    { event: () => undefined, closed: () => undefined },
  );
  await eventually(
    async () => frank.transport.closings.length > 0,
    'the older connection is closed',
    soonMs,
  );
  expect(frank.transport.closings).toEqual(['superseded']);
  elsewhere.close();
}, 60_000);

it('who is online is seen by all, and for no longer than the lease when a process is killed (G10)', async () => {
  const [grace, heidi] = [await registeredAt(here, 'grace'), await registeredAt(there, 'heidi')];
  const chat = await grace.device.direct(await accountOf(grace.device, 'heidi'));
  await say(chat, 'hello');
  await reads(heidi.device, chat.id, ['hello']);
  const account = await accountOf(heidi.device, 'grace');
  const isOnline = async (): Promise<boolean> => {
    const params = { conversation: chat.id };
    const answer = await heidi.transport.call('presence', { params }, heidi.transport.token);
    return answer.ok && answer.value.online.includes(account);
  };
  await eventually(isOnline, 'both are online', soonMs);
  // Longer than the lease: it is renewed.
  await new Promise((resolve) => setTimeout(resolve, leaseMs + 500));
  expect(await isOnline()).toBe(true);
  await here.end('SIGKILL');
  const killed = performance.now();
  await eventually(async () => !(await isOnline()), 'the lease ends', leaseMs + 1_000);
  expect(performance.now() - killed).toBeLessThan(leaseMs + 500);
}, 60_000);

it('a server ends by itself when its deployment was restored (G9)', async () => {
  await beginAfterRestore(
    configFrom({
      profile: 'postgres',
      storage: { kind: 'postgres', url: postgres.url },
      cookies: { secret },
      log: { level: 'silent' },
    }),
  );
  expect(await there.ended()).toBe(5);
}, 30_000);
