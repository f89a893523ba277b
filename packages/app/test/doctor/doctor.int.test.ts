import { mongodbPart, needs, ownRedisPart, saying, sayingProxy } from '@sealpost/testing/parts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aFoundingAppend } from '@sealpost/testing';
import { migrateDatabase } from '../../src/commands/migrate.ts';
import { rotateSigningKeys } from '../../src/commands/rotate-signing-keys.ts';
import { openStores } from '../../src/commands/open-stores.ts';
import { examineDeployment } from '../../src/doctor/doctor.ts';
import { type Machine, thisMachine } from '../../src/doctor/machine.ts';
import { isIll } from '../../src/doctor/part.ts';
import { moveHistory } from '../../src/commands/move-history.ts';
import { loadConfig } from '../../src/index.ts';
import { type Deployment, deployment, secret, type Variables } from './support/deployment.ts';
import { selfSigned } from './support/certificate.ts';
import {
  ahead,
  behind,
  packaged,
  seededFaults,
  trusted,
  unserved,
} from './support/seeded-faults.ts';

let world: Deployment;
beforeAll(async () => {
  world = await deployment();
}, 60_000);
afterAll(() => world.stop());

const roomy: Machine = {
  ...thisMachine,
  memory: () => ({ all: 2 ** 33, free: 2 ** 32 }),
  roomAt: () => Promise.resolve(2 ** 40),
  openFiles: () => Promise.resolve(null),
};

/** Its stores, until the test has ended. */
async function opened(env: Variables) {
  const backends = await openStores(loadConfig({ env }), () => undefined);
  onTestFinished(() => backends.stop());
  return backends;
}

/** What is found by these settings, in alphabetical order, and whether the deployment is ill. */
async function examined(env: Variables, machine: Partial<Machine> = {}) {
  const began = performance.now();
  const parts = await examineDeployment({ env }, { ...roomy, ...machine });
  expect(performance.now() - began).toBeLessThan(10_000);
  const findings = parts.flatMap((part) => part.findings);
  for (const { problem, fix } of findings) expect([problem, fix].join()).not.toContain(secret);
  return { codes: findings.map(({ code }) => code).toSorted(), ill: isIll(parts) };
}

describe('the doctor', () => {
  it('finds nothing where nothing is wrong, by the server that runs', async () => {
    expect(await examined(world.env)).toEqual({ codes: [], ill: false });
  });

  it('finds nothing where nothing is wrong, before the server runs', async () => {
    expect(await examined(await unserved(world))).toEqual({ codes: [], ill: false });
  });

  it('finds nothing where the proxy speaks TLS with a certificate that is good for a while', async () => {
    const env = await behind(world, { certificate: trusted(selfSigned(90)) });
    expect(await examined(env)).toEqual({ codes: [], ill: false });
  });

  it.each(seededFaults)(
    'finds %s, as an %s and nothing else, within 10 s',
    async (code, severity, seed) => {
      const { env, machine } = await seed(world);
      expect(await examined(env, machine)).toEqual({ codes: [code], ill: severity === 'error' });
    },
  );

  it('finds that the clock of this machine is wrong, by the database and by the public URL', async () => {
    expect(await examined(await unserved(world), { clock: ahead })).toEqual({
      codes: ['clock_skewed', 'clock_skewed_here'],
      ill: false,
    });
  });

  it('finds a key that was not replaced in time', async () => {
    const inTwoYears = { ...ahead, now: () => Date.now() + 2 * 365 * 24 * 60 * 60_000 };
    const { codes } = await examined(world.env, { clock: inTwoYears });
    expect(codes.filter((code) => code !== 'clock_skewed_here')).toEqual(['signing_key_old']);
  });

  it('finds a server without a key to sign with', async () => {
    const config = loadConfig({ env: world.env });
    const backends = await openStores(config, () => undefined);
    const { signingKeys } = backends.stores;
    for (const { id } of await signingKeys.list()) await signingKeys.remove(id);
    await backends.stop();
    expect(await examined(world.env)).toEqual({ codes: ['signing_key_missing'], ill: true });
    await rotateSigningKeys(config);
    expect((await examined(world.env)).codes).toEqual([]);
  });

  it('says of an adapter from outside that nobody certified it', async () => {
    const open = `() => Promise.resolve({ ports: { fanOut: {} }, preparation: null, everyValue: null,
      health: () => Promise.resolve([]), stop: () => Promise.resolve() })`;
    expect(await examined(await unserved(world, packaged(world, open)))).toEqual({
      codes: ['adapter_not_certified'],
      ill: false,
    });
  });

  it('finds an adapter that fails to open', async () => {
    const open = '() => Promise.reject(new Error("a bug"))';
    expect(await examined(await unserved(world, packaged(world, open)))).toEqual({
      codes: ['adapter_failed', 'adapter_not_certified'],
      ill: true,
    });
  });

  it('waits for no adapter that hangs', async () => {
    const env = await unserved(world, packaged(world, '() => new Promise(() => undefined)'));
    expect(await examined(env)).toEqual({
      codes: ['adapter_not_certified', 'check_timed_out'],
      ill: true,
    });
  });

  it('is told nothing without the secret of the deployment', async () => {
    for (const path of ['/doctor', '/doctor/address']) {
      const asked = await fetch(new URL(path, world.proxy.url), {
        headers: { 'x-sealpost-doctor': `question.${'0'.repeat(64)}` },
      });
      expect([asked.status, await asked.json()]).toMatchObject([
        404,
        { error: { code: 'unknown_call' } },
      ]);
    }
  });
});

describe('the doctor, of Redis', needs('redis'), () => {
  it('finds one that is too old', async () => {
    const redis = await ownRedisPart();
    onTestFinished(() => redis.stop());
    const said = saying(/redis_version:\d/, 'redis_version:6');
    const proxy = await sayingProxy(Number(new URL(redis.url).port), said);
    onTestFinished(() => proxy.close());
    const env = await unserved(world, {
      SEALPOST_PROFILE: 'postgres-redis',
      SEALPOST_REDIS__URLS: `redis://127.0.0.1:${proxy.port}`,
    });
    expect(await examined(env)).toEqual({ codes: ['redis_too_old'], ill: true });
  });

  it('finds one that drops keys when its memory is full', async () => {
    const redis = await ownRedisPart({ 'maxmemory-policy': 'allkeys-lru' });
    onTestFinished(() => redis.stop());
    const env = await unserved(world, {
      SEALPOST_PROFILE: 'postgres-redis',
      SEALPOST_REDIS__URLS: redis.url,
    });
    expect(await examined(env)).toEqual({ codes: ['redis_evicts'], ill: false });
  });

  it('finds one that is full', async () => {
    const redis = await ownRedisPart({ maxmemory: '500kb' });
    onTestFinished(() => redis.stop());
    const env = await unserved(world, {
      SEALPOST_PROFILE: 'postgres-redis',
      SEALPOST_REDIS__URLS: redis.url,
    });
    expect(await examined(env)).toEqual({ codes: ['redis_full'], ill: true });
  });
});

describe('the doctor, of MongoDB', needs('mongodb'), () => {
  /** A server of its own for tests has no others to take over from it. */
  const single = 'mongodb_standalone';

  async function onMongo(query: string, url?: string) {
    const mongodb = await mongodbPart();
    onTestFinished(() => mongodb.stop());
    const env = await unserved(world, {
      SEALPOST_PROFILE: 'postgres-mongo',
      SEALPOST_HISTORY__URL: `${url ?? mongodb.url}${query}`,
      SEALPOST_HISTORY__DATABASE: 'doctor',
    });
    return { env, prepare: () => migrateDatabase(loadConfig({ env })) };
  }

  it('finds nothing that makes it ill once it is prepared, and a single server', async () => {
    const { env, prepare } = await onMongo('');
    await prepare();
    expect(await examined(env)).toEqual({ codes: [single], ill: false });
  });

  it('finds what is missing before it was prepared', async () => {
    const { env } = await onMongo('');
    const found = await examined({ ...env, SEALPOST_HISTORY__DATABASE: 'unprepared' });
    expect(found).toMatchObject({ ill: true });
    expect(found.codes).toContain('mongodb_missing_index');
  });

  it('finds an address that asks for less than a majority', async () => {
    const { env, prepare } = await onMongo('?w=1');
    await prepare();
    expect(await examined(env)).toEqual({ codes: [single, 'mongodb_weak_concern'], ill: false });
  });

  it('says how far a history is that is moved, and how to go on with one that is not through', async () => {
    const { env: moved, prepare } = await onMongo('');
    await prepare();
    const env = { ...moved, SEALPOST_MOVING__KIND: 'storage' };
    const config = loadConfig({ env });
    const moving = async () =>
      (await examineDeployment({ env }, roomy)).find(({ part }) => part === 'moving');
    expect(await moving()).toEqual({
      part: 'moving',
      is: 'between mongodb and postgres, not begun',
      findings: [],
    });
    const { log } = (await opened(env)).moving?.here ?? {};
    await log?.append([aFoundingAppend()]);
    await log?.changeTenure(null, 0, { term: 1, state: 'closed' });
    expect(await moving()).toMatchObject({
      is: 'from mongodb to postgres, 0 of 1 conversations are there',
      findings: [
        {
          severity: 'warning',
          code: 'move_unfinished',
          fix: expect.stringContaining('sealpost migrate-history --from mongodb --to postgres'),
        },
      ],
    });
    await log?.changeTenure(null, 1, { term: 2, state: 'open' });
    await moveHistory(config, { from: 'mongodb', to: 'postgres', pauseMs: 0, atOnce: 1 }, () => {});
    expect(await moving()).toEqual({
      part: 'moving',
      is: 'from mongodb to postgres, 1 of 1 conversations are there',
      findings: [],
    });
  });

  it('finds one that is not there', async () => {
    const { env } = await onMongo('', 'mongodb://127.0.0.1:9/');
    expect(await examined(env)).toEqual({ codes: ['mongodb_unreachable'], ill: true });
  });
});
