import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, mlsEngine, Sealpost, WebTransport, webSystem } from '@sealpost/client';
import { needs } from '@sealpost/testing/parts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProfileParts } from '../src/harness/profile-parts.ts';
import { ServerProcess } from '../src/harness/server-process.ts';
import { accountOf, eventually, password, reads, say } from './support/world.ts';

/** Processes compare what they pushed with the logs every 15 s. */
const comparedMs = 30_000;
/** Far below that: hints arrive again. */
const soonMs = 8_000;
const noticedMs = 20_000;

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

async function readiness(server: ServerProcess): Promise<{ status: number; redis?: Check }> {
  const answer = await fetch(`${server.url}/readyz`);
  const { checks } = (await answer.json()) as { checks: Check[] };
  const redis = checks.find(({ name }) => name === 'redis');
  return { status: answer.status, ...(redis ? { redis } : {}) };
}

async function adapterErrors(server: ServerProcess): Promise<string | undefined> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return /^sealpost_adapter_errors (\d+)$/m.exec(text)?.[1];
}

describe('a deployment whose Redis is lost', needs('ownRedis'), () => {
  const seats: Sealpost[] = [];
  let folder: string;
  let parts: ProfileParts;
  let servers: readonly [ServerProcess, ServerProcess];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealpost-redis-lost-'));
    parts = await ProfileParts.start('postgres-redis', folder);
    const [here, there] = [
      await ServerProcess.on(join(folder, 'here'), { ...parts.settings() }),
      await ServerProcess.on(join(folder, 'there'), { ...parts.settings() }),
    ];
    servers = [here, there];
    await here.start();
    await there.start();
  }, 120_000);

  afterAll(async () => {
    await Promise.all(seats.map((device) => device.close()));
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await parts.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  async function registeredAt(server: ServerProcess, handle: string): Promise<Sealpost> {
    const store = await MemoryStore.open();
    const transport = new WebTransport(server.url);
    const device = new Sealpost({ ...webSystem, store, transport, engine: mlsEngine() });
    seats.push(device);
    await device.register({ handle, password, deviceName: 'phone' });
    return device;
  }

  it('loses nothing, says so while it lasts, and is quick again when Redis is back, empty (G15)', async () => {
    const [here, there] = servers;
    const [alice, bob] = [await registeredAt(here, 'alice'), await registeredAt(there, 'bob')];
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    const texts = ['before'];
    await say(chat, 'before');
    await reads(bob, chat.id, texts);
    expect(await readiness(here)).toMatchObject({ status: 200, redis: { ok: true } });
    expect(await adapterErrors(here)).toBe('0');

    const sent: Promise<unknown>[] = [];
    for (let index = 0; index < 20; index++) {
      if (index === 5) await parts.part('redis').kill();
      texts.push(`message ${index}`);
      sent.push(say(chat, `message ${index}`));
    }
    await Promise.all(sent);
    const told = async (count: string): Promise<boolean> => (await adapterErrors(here)) === count;
    await eventually(() => told('1'), 'the metric tells of it', noticedMs);
    const lost = { status: 200, redis: { ok: true, detail: 'redis_unreachable' } };
    expect(await readiness(here)).toMatchObject(lost);
    expect(await readiness(there)).toMatchObject(lost);
    await reads(bob, chat.id, texts, comparedMs);

    await parts.part('redis').restart();
    await eventually(() => told('0'), 'the metric tells that it is over', noticedMs);
    for (const text of ['after', 'long after']) {
      texts.push(text);
      const began = performance.now();
      await say(bob.conversation(chat.id), text);
      await reads(alice, chat.id, texts);
      expect(performance.now() - began).toBeLessThan(soonMs);
    }
  }, 120_000);
});
