import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { giveTo, unprivilegedAccount } from '../src/account.ts';
import { copyCheckout, withoutLinks } from './support/checkout-copy.ts';
import { isGone } from './support/processes.ts';
import { query } from './support/query.ts';
import { ServerProcess } from './support/server-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

const asRoot = process.geteuid?.() === 0;
const nobody = 65_534;

interface Case {
  readonly name: string;
  /** Who may enter the folder with the checkout and the data. */
  readonly mode: number;
  /** The words before the command that make the server run as an ordinary user. */
  readonly prefix: readonly string[];
  readonly umask: number;
}

const drop = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
const cases: readonly Case[] = asRoot
  ? [
      { name: 'root', mode: 0o755, prefix: [], umask: 0o022 },
      { name: 'root, in a folder that only root can enter', mode: 0o700, prefix: [], umask: 0o022 },
      { name: 'root, whose new files only root can read', mode: 0o700, prefix: [], umask: 0o077 },
      { name: 'an ordinary user', mode: 0o755, prefix: drop, umask: 0o022 },
    ]
  : [{ name: 'an ordinary user', mode: 0o700, prefix: [], umask: 0o022 }];

const ran = new Set<string>();
afterAll(() => {
  // Which cases apply depends on the user, so a case that vanished would go unnoticed.
  expect([...ran]).toEqual(cases.map(({ name }) => name));
  expect(cases.length).toBe(asRoot ? 4 : 1);
});

describe.each(cases)('started by $name', ({ name, mode, prefix, umask }) => {
  it('initialises, serves, recovers from SIGKILL and stops, with its data in place', async () => {
    await using closed = await temporaryFolder();
    await using open = await temporaryFolder();
    await chmod(open.path, 0o755);
    const { command } = await copyCheckout(closed.path, mode);
    const home = join(closed.path, 'home');
    await mkdir(home);
    if (prefix.length > 0) await chmod(home, 0o777);
    const data = join(home, '.sealpost', 'postgres');
    const shell = ['sh', '-c', `umask ${umask.toString(8)}; exec "$@"`, 'sh'];
    const serve = (): ServerProcess =>
      new ServerProcess([data, join(open.path, 'runtime')], {}, [...shell, ...prefix, ...command]);

    const killed = serve();
    const first = await killed.started();
    await query(first.url, 'create table kept as select 42 as answer');
    await killed.kill();
    await using again = serve();
    const { postgres, url } = await again.started();
    expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }]);

    const { uid } = await stat(join(data, 'cluster'));
    expect(await identityOf(postgres)).toEqual({ uid, capabilities: 0n });
    expect(uid).not.toBe(0);
    expect(await readdir(data)).toEqual(expect.arrayContaining(['cluster', 'lock', 'password']));
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    // As root the password, the lock and the log are out of reach of Postgres' account.
    expect((await stat(data)).uid).toBe(prefix.length > 0 ? nobody : process.geteuid?.());
    await again.kill('SIGTERM');
    expect(await isGone(postgres)).toBe(true);
    ran.add(name);
  });
});

describe('without the shared-library links of the npm package', () => {
  it('runs from a copy that has them, and leaves node_modules as npm made it', async () => {
    await using folder = await temporaryFolder();
    const { command, native } = await copyCheckout(folder.path, 0o755);
    await withoutLinks(native);
    const prefix = asRoot ? drop : [];
    const data = join(folder.path, 'data');
    if (asRoot) {
      await mkdir(data, { mode: 0o700 });
      await promisify(execFile)('chown', [`${nobody}:${nobody}`, data]);
    }
    await using server = new ServerProcess([data], {}, [...prefix, ...command]);
    const { url } = await server.started();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const library = await readdir(join(native, 'native/lib'));
    expect(library).not.toContain('libpq.so.5');
    const [copy = ''] = (await readdir(data)).filter((entry) => entry.startsWith('postgres-'));
    expect((await lstat(join(data, copy, 'lib/libpq.so.5'))).isSymbolicLink()).toBe(true);
  });
});

describe.each(asRoot ? ['root'] : [])('as %s', () => {
  it('takes over a cluster whose files belong to another account', async () => {
    await using folder = await temporaryFolder();
    const account = await unprivilegedAccount();
    await using first = new ServerProcess([folder.path]);
    await first.started();
    await first.kill('SIGTERM');
    await promisify(execFile)('chown', ['-R', '12345:12345', join(folder.path, 'cluster')]);
    await using second = new ServerProcess([folder.path]);
    const { url } = await second.started();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await stat(join(folder.path, 'cluster', 'PG_VERSION'))).uid).toBe(account?.uid);
  });

  it('gives a folder away from the inside out, and follows no link', async () => {
    await using folder = await temporaryFolder();
    await using elsewhere = await temporaryFolder();
    await promisify(execFile)('ln', ['-s', elsewhere.path, join(folder.path, 'link')]);
    await giveTo({ name: 'any', uid: 12_345, gid: 12_345 }, folder.path);
    expect((await stat(folder.path)).uid).toBe(12_345);
    expect((await lstat(join(folder.path, 'link'))).uid).toBe(12_345);
    expect((await stat(elsewhere.path)).uid).toBe(0);
  });

  it('refuses a data folder of another user', async () => {
    await using folder = await temporaryFolder();
    await promisify(execFile)('chown', [String(nobody), folder.path]);
    await using server = new ServerProcess([folder.path]);
    const refused = await server.refused();
    expect(refused.code).toBe('folder_not_accessible');
    expect(refused.message).toMatch(/belongs to uid 65534/);
  });
});

async function identityOf(pid: number): Promise<{ uid: number; capabilities: bigint }> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'uid=', '-p', String(pid)]);
  return { uid: Number(stdout), capabilities: await capabilitiesOf(pid) };
}

/** Root's rights one by one, a notion of Linux. */
async function capabilitiesOf(pid: number): Promise<bigint> {
  if (process.platform !== 'linux') return 0n;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return BigInt(`0x${/^CapEff:\s+(\w+)$/m.exec(status)?.[1]}`);
}
