import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../src/composition/compose.ts';
import { TOKENS } from '../src/composition/tokens.ts';
import {
  beginAfterRestore,
  configFrom,
  migrateDatabase,
  openStores,
  type RunningServer,
  startServer,
  StartError,
  withAccountImport,
} from '../src/index.ts';
import { aPerson, call, password, type Person } from './support/people.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealpost-app-'));
const config = configFrom({ dataFolder: folder, port: 0, log: { level: 'silent' } });
const start = (): Promise<RunningServer> => startServer(config);

let alice: Person;
beforeAll(async () => {
  const server = await start();
  alice = await aPerson(server.url, 'alice');
  await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function during<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = await start();
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
}

const logIn = (url: string, handle: string, word: string) =>
  call(url, ['POST', '/v1/sessions'], {
    body: { handle, password: word, deviceName: 'again', proof: null },
  });

const incarnation = async (url: string): Promise<unknown> =>
  ((await call(url, ['GET', '/v1/server'])).value as { incarnation: number }).incarnation;

describe('a server on an embedded database', () => {
  it('keeps accounts, and their tokens stay good, over a restart', async () => {
    await during(async (url) => {
      expect((await call(url, ['GET', '/readyz'])).value).toEqual({
        status: 'ready',
        checks: [
          { name: 'embedded-postgres', ok: true },
          { name: 'embedded-postgres migrations', ok: true },
          { name: 'memory', ok: true },
        ],
      });
      expect((await logIn(url, alice.handle, password)).status).toBe(200);
      expect((await call(url, ['GET', '/v1/devices'], { token: alice.accessToken })).status).toBe(
        200,
      );
    });
  });

  it('refuses a revoked session after a restart too (G6)', async () => {
    const { bob } = await during(async (url) => {
      const person = await aPerson(url, 'bob');
      await call(url, ['DELETE', '/v1/sessions/current'], { token: person.accessToken });
      return { bob: person };
    });
    await during(async (url) => {
      expect((await call(url, ['GET', '/v1/devices'], { token: bob.accessToken })).status).toBe(
        401,
      );
    });
  });

  it('has its folder alone', async () => {
    await during(async (url) => {
      const failure: unknown = await start().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StartError);
      expect(failure).toMatchObject({
        code: 'folder_in_use',
        message: expect.stringContaining(`process ${process.pid}`),
      });
      expect((await call(url, ['GET', '/readyz'])).status).toBe(200);
    });
  });

  it('leaves its folder free when it cannot listen', async () => {
    await expect(startServer({ ...config, host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'address_not_available',
    });
    await during(async (url) => expect((await call(url, ['GET', '/readyz'])).status).toBe(200));
  });

  it('begins a new incarnation after a restore (G9)', async () => {
    const before = await during(incarnation);
    const begun = await beginAfterRestore(config);
    expect(begun).toBeGreaterThan(Number(before));
    expect(await during(incarnation)).toBe(begun);
  });

  it('has nothing left to migrate after its start', async () => {
    expect(await migrateDatabase(config)).toEqual([]);
  });

  it('lets in whom it took over from elsewhere, and renews their hashes', async () => {
    // bcrypt of "imported password", at its lowest cost.
    const hash = '$2b$04$HBjPuxoDv.bQGA9oxx0rZONNFhLvl.e7mUweOZgT9J9EG5HXDPTdq';
    await withAccountImport(config, async (accounts) => {
      expect(await accounts.execute({ handle: 'Carol', hash })).toBe('created');
      expect(await accounts.execute({ handle: 'carol', hash })).toBe('handle_taken');
    });
    await during(async (url) => {
      expect((await logIn(url, 'carol', 'imported passw0rd')).status).toBe(401);
      expect((await logIn(url, 'carol', 'imported password')).status).toBe(200);
      expect((await logIn(url, 'carol', 'imported password')).status).toBe(200);
    });
  });

  it('can be audited value by value', async () => {
    const stores = await openStores(config);
    const values = new Set<string | Uint8Array>();
    for await (const { value } of stores.everyValue()) values.add(value);
    await stores.stop();
    expect(values).toContain(alice.handle);
    expect(values).not.toContain(password);
  });

  it('is made of all its parts', async () => {
    const { get } = await compose(config, () => undefined);
    const backends = await get(TOKENS.backends);
    try {
      (await get(TOKENS.address)).listensOn('http://127.0.0.1:1');
      for (const token of Object.values(TOKENS))
        expect([token, await get<unknown>(token)]).not.toContain(undefined);
      for (const { adapter } of backends.adapters) expect(await adapter.health()).toEqual([]);
    } finally {
      await backends.stop();
    }
  });
});

describe('commands on data', () => {
  it('are refused where nothing is kept', async () => {
    const memory = configFrom({ profile: 'memory' });
    await expect(migrateDatabase(memory)).rejects.toMatchObject({ code: 'nothing_kept' });
    await expect(beginAfterRestore(memory)).rejects.toMatchObject({ code: 'nothing_kept' });
    await expect(withAccountImport(memory, () => Promise.resolve())).rejects.toMatchObject({
      code: 'nothing_kept',
    });
  });
});
