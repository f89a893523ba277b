import { access } from 'node:fs/promises';
import { giveTo, unprivilegedAccount } from './account.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import { initialiseCluster, superuser } from './initialise-cluster.ts';
import { nativePackage, type NativePackage } from './native-package.ts';
import type { EmbeddedPostgresNotice } from './notice.ts';
import { stopOrphans } from './orphans.ts';
import { createPassword, keptPassword } from './password.ts';
import { RunningPostgres } from './running-postgres.ts';
import { prepareRuntime } from './runtime.ts';
import { openServerLog } from './server-log.ts';
import type { Durability } from './settings.ts';
import { unless } from './system-error.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data live. Made when absent; it belongs to this process alone, and only this user can enter it. */
  readonly dataFolder: string;
  /** Where PostgreSQL's programs are copied to when they cannot be used in place; see `prepareRuntime`. */
  readonly runtimeFolder?: string;
  readonly onNotice?: (notice: EmbeddedPostgresNotice) => void;
  readonly durability?: Durability;
}

/** A PostgreSQL server that belongs to this process. */
export interface EmbeddedPostgres {
  /** A connection string with the superuser's password: a secret. It stays the same until `stop`. */
  readonly url: string;
  /** The postmaster's process id; another one after a crash. */
  readonly pid: number;
  /** Cuts off the clients, stops Postgres with all written, and frees the data folder. May be called again. */
  stop: () => Promise<void>;
}

/**
 * Starts PostgreSQL on a data folder, and makes the database at the first start.
 *
 * - It takes connections when the promise settles, by TCP on 127.0.0.1 and by password only.
 * - It survives SIGKILL of itself (it is started again on the same port) and of this process (it stops; the next start
 *   recovers). What was acknowledged is kept.
 * - One process at a time has the folder; another one is refused with `folder_in_use`.
 * - On Linux Postgres stops with the thread that called this: call it from the main thread.
 * - As root, Postgres runs under an unprivileged account (ADR 0008).
 *
 * Throws `EmbeddedPostgresError`, and then leaves nothing running and the folder free.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const native = await nativePackage();
  const folder = await openDataFolder(options.dataFolder);
  const lock = await lockFolder(folder.path);
  try {
    return await startLocked(options, native, folder, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startLocked(
  {
    runtimeFolder,
    onNotice: notify = () => undefined,
    durability = 'full',
  }: EmbeddedPostgresOptions,
  native: NativePackage,
  folder: DataFolder,
  lock: FolderLock,
): Promise<EmbeddedPostgres> {
  const { cluster } = folder;
  const account = await unprivilegedAccount();
  const runtime = await prepareRuntime(native, account !== null, folder.path, runtimeFolder);
  const initialised = (await unless(['ENOENT'], access(cluster))) !== null;
  const password = initialised
    ? await keptPassword(folder.password)
    : await createPassword(folder.password);
  if (initialised) {
    const orphans = await stopOrphans(cluster);
    if (orphans.length > 0) notify({ code: 'orphans_stopped', pids: orphans });
    if (account !== null) await giveTo(account, cluster);
  } else {
    await initialiseCluster({ runtime, cluster, password, account, durability });
    notify({ code: 'initialised' });
  }
  const log = await openServerLog(folder.log);
  const postgres = await RunningPostgres.start(
    { runtime, cluster, account, durability, password, log },
    notify,
  ).catch((error: unknown) => {
    log.close();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    log.close();
    await lock.release();
  };
  let stopped: Promise<void> | null = null;
  return {
    url: `postgres://${superuser}:${password}@127.0.0.1:${postgres.port}/postgres`,
    get pid() {
      return postgres.pid;
    },
    stop: () => (stopped ??= stop()),
  };
}
