import { execFile, type SpawnOptions } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Account } from './account.ts';

/** How PostgreSQL's programs are told their data folder, and with whose rights they run. */
export interface Entrance {
  /** The folder's name for the program. */
  readonly folder: string;
  /** What is to be the program's descriptor 3. */
  readonly descriptor: number | 'ignore';
  readonly close: () => void;
}

/**
 * Opens the way into the cluster for Postgres. Another account may be unable to walk to it (a checkout in root's
 * home), so it is handed the open folder as descriptor 3 and enters through that (ADR 0008). Only Linux can.
 */
export function enter(cluster: string, account: Account | null): Entrance {
  if (account === null || process.platform !== 'linux') {
    return { folder: cluster, descriptor: 'ignore', close: () => undefined };
  }
  const descriptor = openSync(
    cluster,
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  return { folder: '/proc/self/fd/3', descriptor, close: () => closeSync(descriptor) };
}

/** Rights and surroundings of a program: nothing of our environment, which may hold secrets. */
export function spawnOptions(account: Account | null): SpawnOptions {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return { cwd: '/', env, ...(account === null ? {} : { uid: account.uid, gid: account.gid }) };
}

/** The words before a command that make it stop when this process dies, also by SIGKILL; none where there is no way. */
export async function stopWithParent(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const prefix = ['setpriv', '--pdeathsig', 'INT', '--'];
  const [setpriv = '', ...args] = prefix;
  // BusyBox has a setpriv without this option.
  return promisify(execFile)(setpriv, [...args, setpriv, '--version']).then(
    () => prefix,
    () => [],
  );
}
