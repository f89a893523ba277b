import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sealpost, SealpostProcess } from './support/sealpost-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'sealpost-serve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const embedded = { SEALPOST_DATA_FOLDER: join(folder, 'data'), SEALPOST_PORT: '0' };
const memory = { SEALPOST_PROFILE: 'memory', SEALPOST_PORT: '0' };

async function served(
  env: Readonly<Record<string, string>>,
): Promise<{ server: SealpostProcess; url: string }> {
  const server = new SealpostProcess(['serve'], env);
  return { server, url: await server.url() };
}

async function stopped(server: SealpostProcess, signal: NodeJS.Signals = 'SIGTERM') {
  server.signal(signal);
  return server.ended;
}

const password = 'correct horse battery';
const post = (url: string, path: string, body: unknown) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const register = (url: string, handle: string) =>
  post(url, '/v1/accounts', { handle, password, deviceName: 'x' });
const logIn = (url: string, handle: string, word = password) =>
  post(url, '/v1/sessions', { handle, password: word, deviceName: 'x', proof: null });

/** A call that keeps the server from being idle: its body never ends. */
function unfinished(url: string): void {
  const call = request(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': 100 },
  });
  call.on('error', () => undefined);
  call.write('{');
}

describe('sealpost serve on an embedded database', { timeout: 60_000 }, () => {
  it('says where it is when it is ready, and goes in peace', async () => {
    const { server, url } = await served(embedded);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await register(url, 'alice')).status).toBe(200);
    expect(server.stdout).toContain(`Data       ${join(folder, 'data')}`);
    expect(server.stdout).toContain('Profile    embedded');
    const { code, stderr } = await stopped(server);
    expect(code).toBe(0);
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual([
      'starting',
      'adapter',
      'migrated',
      'ready',
      'stopping',
      'sockets_drained',
      'stopped',
    ]);
    expect(stderr).not.toContain('alice');
  });

  it('comes back after it was killed, with all that it had acknowledged', async () => {
    const first = await served(embedded);
    expect((await register(first.url, 'bob')).status).toBe(200);
    await stopped(first.server, 'SIGKILL');
    const { url } = await served(embedded);
    for (const handle of ['alice', 'bob']) expect((await logIn(url, handle)).status).toBe(200);
  });

  it('has its folder alone: a second server is told who has it', async () => {
    const { server, url } = await served(embedded);
    const { code, stdout, stderr } = await sealpost(['serve'], embedded);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain(`is in use by process ${server.child.pid}`);
    const restoring = await sealpost(['restored'], embedded);
    expect([restoring.code, restoring.stdout]).toEqual([4, '']);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it('begins a new incarnation after `sealpost restored` (G9)', async () => {
    const begin = async (): Promise<number> => {
      const { stdout } = await sealpost(['restored'], embedded);
      return Number(/Incarnation (\d+) begins/.exec(stdout)?.[1]);
    };
    const [first, second] = [await begin(), await begin()];
    expect(first).toBeGreaterThan(1);
    expect(second).toBeGreaterThan(first);
    const { url } = await served(embedded);
    expect(await (await fetch(`${url}/v1/server`)).json()).toMatchObject({ incarnation: second });
  });

  it('finds nothing to migrate', async () => {
    expect(await sealpost(['migrate'], embedded)).toMatchObject({
      code: 0,
      stdout: 'The database is up to date.\n',
    });
  });

  it('lets in whom `sealpost import accounts` took over', async () => {
    // bcrypt of "imported password", at its lowest cost.
    const hash = '$2b$04$HBjPuxoDv.bQGA9oxx0rZONNFhLvl.e7mUweOZgT9J9EG5HXDPTdq';
    const lines = [
      { handle: 'Dave', hash },
      { handle: 'alice', hash },
      { handle: 'x', hash },
      { handle: 'erin', hash: 'md5-hidden-word' },
      { handle: 'erin' },
    ].map((line) => JSON.stringify(line));
    const file = join(folder, 'accounts.jsonl');
    writeFileSync(
      file,
      [...lines, '', '{"handle": "hidden-word', JSON.stringify({ handle: 'frank', hash })].join(
        '\n',
      ),
    );
    const { code, stdout, stderr } = await sealpost(['import', 'accounts', file], embedded);
    expect(stdout).toBe(
      'created: 2\nhandle_taken: 1, in lines 2\ninvalid_handle: 1, in lines 3\nunknown_hash: 1, in lines 4\nmalformed: 2, in lines 5, 7\n',
    );
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(/hidden-word|\$2b/);
    const { url } = await served(embedded);
    expect((await logIn(url, 'dave', 'imported password')).status).toBe(200);
    expect((await logIn(url, 'alice')).status).toBe(200);
  });

  it('goes in peace at Ctrl+C, which every process in the terminal hears', async () => {
    const { server } = await served(embedded);
    server.signalGroup('SIGINT');
    const { code, stderr } = await server.ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/"level":"(warn|error)"/);
  });
});

describe('sealpost serve that is told to stop (G18)', () => {
  it('ends at once at a second signal', async () => {
    const { server, url } = await served(memory);
    unfinished(url);
    await fetch(`${url}/healthz`);
    server.signal('SIGTERM');
    await expect.poll(() => server.stderr).toContain('"event":"stopping"');
    const began = performance.now();
    expect((await stopped(server)).code).toBe(143);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('ends within its limit, whatever is unfinished', async () => {
    const { server, url } = await served({ ...memory, SEALPOST_DRAIN_MS: '300' });
    unfinished(url);
    await fetch(`${url}/healthz`);
    const { code, stderr } = await stopped(server);
    expect(code).toBe(0);
    expect(stderr).toContain('drain_cut');
  });

  it('stops too when it is told while it starts', async () => {
    const server = new SealpostProcess(['serve'], memory);
    await expect.poll(() => server.stderr, { timeout: 10_000 }).toContain('"event":"starting"');
    expect((await stopped(server)).code).toBe(0);
  });

  it('says that its port is taken', async () => {
    const { url } = await served(memory);
    const { code, stderr } = await sealpost(['serve'], {
      ...memory,
      SEALPOST_PORT: new URL(url).port,
    });
    expect(code).toBe(4);
    expect(stderr).toContain('is in use by another program');
  });
});
