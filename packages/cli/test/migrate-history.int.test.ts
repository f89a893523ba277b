import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryPostgres, type TemporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import { MemoryStore, mlsEngine, Sealpost, WebTransport, webSystem } from '@sealpost/client';
import { type MongodbPart, mongodbPart, needs } from '@sealpost/testing/parts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess } from '../src/harness/server-process.ts';
import { type Ended, SealpostProcess, sealpost } from './support/sealpost-process.ts';
import { accountOf, eventually, password, say, textsOf } from './support/world.ts';

type Settings = Readonly<Record<string, string>>;

let folder: string;
let postgres: TemporaryPostgres;
let mongodb: MongodbPart;
let servers: readonly ServerProcess[] = [];
const devices: Sealpost[] = [];
const database = `test_${randomUUID().replaceAll('-', '')}`;
const secret = randomUUID();

const shared = (): Settings => ({
  SEALPOST_PROFILE: 'postgres',
  SEALPOST_STORAGE__URL: postgres.url,
  SEALPOST_STORAGE__MIGRATE: 'at-start',
  SEALPOST_COOKIES__SECRET: secret,
  SEALPOST_LOG__LEVEL: 'warn',
});
const mongodbAs = (group: 'HISTORY' | 'MOVING'): Settings => ({
  [`SEALPOST_${group}__KIND`]: 'mongodb',
  [`SEALPOST_${group}__URL`]: mongodb.url,
  [`SEALPOST_${group}__DATABASE`]: database,
  [`SEALPOST_${group}__MIGRATE`]: 'at-start',
});
const inPostgres = shared;
const fromPostgres = (): Settings => ({ ...shared(), ...mongodbAs('MOVING') });
const inMongodb = (): Settings => ({ ...shared(), ...mongodbAs('HISTORY') });
const fromMongodb = (): Settings => ({ ...inMongodb(), SEALPOST_MOVING__KIND: 'storage' });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-moving-'));
  postgres = await temporaryPostgres();
  mongodb = await mongodbPart();
  servers = [
    await ServerProcess.on(join(folder, 'here'), inPostgres()),
    await ServerProcess.on(join(folder, 'there'), inPostgres()),
  ];
  for (const server of servers) await server.start();
}, 120_000);

afterAll(async () => {
  await Promise.all(devices.map((device) => device.close()));
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
  await mongodb.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Gives the servers other settings, one after the other, while the other one serves. */
async function restart(settings: Settings): Promise<void> {
  for (const server of servers) {
    await server.end('SIGTERM');
    server.configure(settings);
    await server.start();
  }
}

async function registeredAt(server: ServerProcess | undefined, handle: string): Promise<Sealpost> {
  const transport = new WebTransport(server?.url ?? '');
  const store = await MemoryStore.open();
  const device = new Sealpost({ ...webSystem, store, transport, engine: mlsEngine() });
  devices.push(device);
  await device.register({ handle, password, deviceName: 'phone' });
  return device;
}

/** Devices that talk all the time, and what they said. */
class Talk {
  readonly said = new Map<string, string[]>();
  readonly #members = new Map<string, readonly Sealpost[]>();
  #isOver = false;
  #round = 0;
  #talking: Promise<void> | null = null;

  add(conversation: string, members: readonly Sealpost[]): void {
    this.#members.set(conversation, members);
    this.said.set(conversation, []);
  }

  begin(): void {
    this.#talking = (async () => {
      for (; !this.#isOver; this.#round++) {
        for (const [id, members] of this.#members) {
          const index = this.#round % members.length;
          const text = `${this.#round} of ${index}`;
          const by = members[index]?.conversation(id);
          if (by) await say(by, text);
          this.said.get(id)?.push(text);
        }
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    })();
  }

  /** Waits until so much more was said. */
  async goesOn(rounds = 3): Promise<void> {
    const until = this.#round + rounds;
    await eventually(async () => this.#round >= until, 'talking', 30_000);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#talking;
  }

  /** Everybody reads the same in the same order: each text once, and those of one device in its order. */
  async expectWhole(): Promise<void> {
    for (const [id, members] of this.#members) {
      const said = this.said.get(id) ?? [];
      const count = async () => {
        const all = await Promise.all(members.map((one) => textsOf(one.conversation(id))));
        return all.every((texts) => texts.length >= said.length);
      };
      await eventually(count, `reading ${said.length} messages`, 60_000);
      const [first = [], ...others] = await Promise.all(
        members.map((one) => textsOf(one.conversation(id))),
      );
      for (const texts of others) expect(texts).toEqual(first);
      expect(first.toSorted()).toEqual(said.toSorted());
      for (const index of members.keys()) {
        const own = (text: string): boolean => text.endsWith(` of ${index}`);
        expect(first.filter(own)).toEqual(said.filter(own));
      }
    }
  }
}

/** Runs it until it is through, as an operator does when a store was too slow for it. */
async function moveAll(order: string[], settings: Settings): Promise<void> {
  const runs: Ended[] = [];
  while (runs.at(-1)?.code !== 0 && runs.length < 4) runs.push(await sealpost(order, settings));
  expect(runs.at(-1)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^(\d+) of \1 conversations, [^]*differing=0 .* finished=yes\n$/),
  });
}

describe('sealpost migrate-history', needs('mongodb'), () => {
  it('is refused while servers know of one store only', async () => {
    const order = ['migrate-history', '--from', 'postgres', '--to', 'mongodb'];
    const refused = await sealpost(order, inPostgres());
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain('moving.kind is none');
    const other = await sealpost(['migrate-history', '--from', 'postgres', '--to', 'redis'], {
      ...fromPostgres(),
    });
    expect(other.code).toBe(4);
    expect((await sealpost(['migrate-history'], fromPostgres())).code).toBe(2);
  }, 60_000);

  it('moves a history there and back while everybody talks; nothing is lost, doubled or out of order (G1, G2, G3, G4)', async () => {
    const [here, there] = servers;
    const ann = await registeredAt(here, 'ann');
    const bob = await registeredAt(there, 'bob');
    const cat = await registeredAt(there, 'cat');
    const [bobs, cats] = [await accountOf(ann, 'bob'), await accountOf(ann, 'cat')];
    const talk = new Talk();
    const group = async (title: string) => {
      const { id } = await ann.createGroup(title, [bobs, cats]);
      talk.add(id, [ann, bob, cat]);
    };
    talk.add((await ann.direct(bobs)).id, [ann, bob]);
    await group('one');
    talk.begin();
    await talk.goesOn();

    await restart(fromPostgres());
    const toMongodb = ['migrate-history', '--from', 'postgres', '--to', 'mongodb'];
    const toCome =
      /^migrate-history --dry-run: .* conversations=(\d+) to_move=\1 there=0 entries=\d+\n$/;
    for (let look = 0; look < 2; look++)
      expect(await sealpost([...toMongodb, '--dry-run'], fromPostgres())).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(toCome),
      });
    const file = join(folder, 'moving.prom');
    const slowly = [...toMongodb, '--pause', '15000', '--at-once', '1'];
    const killed = new SealpostProcess(slowly, fromPostgres());
    await talk.goesOn(8);
    killed.signal('SIGKILL');
    expect((await killed.ended).code).toBeNull();
    expect((await sealpost(['doctor'], fromPostgres())).stdout).toContain('move_unfinished');
    await group('founded meanwhile');
    await moveAll([...toMongodb, '--metrics', file], fromPostgres());
    const doctor = await sealpost(['doctor'], fromPostgres());
    expect(doctor.stdout).toMatch(/✓ moving: from postgres to mongodb, (\d+) of \1 conversations/);
    expect(readFileSync(file, 'utf8')).toContain('\nsealpost_history_finished 1\n');
    await talk.goesOn();
    expect(await sealpost(['migrate-history', '--verify'], fromPostgres())).toMatchObject({
      code: 0,
    });

    await restart(inMongodb());
    await group('founded there');
    await talk.goesOn();
    expect((await sealpost(['verify'], inMongodb())).code).toBe(0);

    await restart(fromMongodb());
    await talk.goesOn();
    const back = ['migrate-history', '--from', 'mongodb', '--to', 'postgres'];
    await moveAll(back, fromMongodb());
    await restart(inPostgres());
    await talk.goesOn();
    await talk.end();
    await talk.expectWhole();
    expect((await sealpost(['verify'], inPostgres())).code).toBe(0);
  }, 600_000);
});
