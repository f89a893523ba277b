import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Account } from './account.ts';
import { syncFolder } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { enter, spawnOptions } from './program.ts';
import type { Durability } from './settings.ts';
import { systemErrorCode } from './system-error.ts';

export interface ClusterPlan {
  readonly runtime: string;
  readonly cluster: string;
  readonly password: string;
  readonly account: Account | null;
  readonly durability: Durability;
}

export const superuser = 'sealpost';

/** Makes the cluster by initdb, beside its place, and puts it there when it is complete. */
export async function initialiseCluster(plan: ClusterPlan): Promise<void> {
  const parent = dirname(plan.cluster);
  await removeUnfinished(parent);
  const unfinished = join(parent, `unfinished-${randomUUID()}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (plan.account !== null) await chown(unfinished, plan.account.uid, plan.account.gid);
  const password = await passwordDescriptor(plan, parent);
  try {
    await runInitdb(plan, unfinished, password.fd);
  } finally {
    await password.close();
  }
  await rename(unfinished, plan.cluster);
  await syncFolder(parent);
}

async function runInitdb(plan: ClusterPlan, folder: string, passwordFd: number): Promise<void> {
  const entrance = enter(folder, plan.account);
  const child = spawn(
    join(plan.runtime, 'bin', 'initdb'),
    initdbArguments(entrance.folder, plan.durability),
    {
      ...spawnOptions(plan.account),
      stdio: ['ignore', 'ignore', 'pipe', entrance.descriptor, passwordFd],
    },
  );
  try {
    const stderr = child.stderr === null ? '' : text(child.stderr);
    const [said] = await Promise.all([stderr, once(child, 'close')]);
    if (child.exitCode !== 0) throw cannotInitialise(said.trim());
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? error : cannotRun(error);
  } finally {
    entrance.close();
  }
}

function initdbArguments(folder: string, durability: Durability): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${superuser}`,
    '--pwfile=/dev/fd/4',
    // For every kind of connection; initdb's default trusts whoever is on this machine.
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Part of Postgres itself: sorts alike everywhere, and an operating system's upgrade cannot break an index.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
    ...(durability === 'none' ? ['--no-sync'] : []),
  ];
}

/** The password as an open file without a name: in no argument, and on no path that anyone could open. */
async function passwordDescriptor(plan: ClusterPlan, parent: string): Promise<FileHandle> {
  const path = join(parent, `unfinished-${randomUUID()}`);
  const writer = await open(path, 'wx', 0o600);
  try {
    await writer.writeFile(plan.password);
    if (plan.account !== null) await writer.chown(plan.account.uid, plan.account.gid);
    return await open(path, 'r');
  } finally {
    await rm(path);
    await writer.close();
  }
}

async function removeUnfinished(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith('unfinished-'));
  await Promise.all(
    names.map((name) => rm(join(parent, name), { recursive: true, maxRetries: 5 })),
  );
}

function cannotRun(error: unknown): EmbeddedPostgresError {
  const hints: Readonly<Record<string, string>> = {
    EACCES: "PostgreSQL's account cannot reach that program: name another runtime folder.",
    // The programs are there; it is their loader that the kernel does not find.
    ENOENT:
      'The programs are made for glibc: on a musl system use a PostgreSQL server of your own.',
  };
  return cannotInitialise(`${String(error)}\n${hints[systemErrorCode(error) ?? ''] ?? ''}`, error);
}

function cannotInitialise(complaint: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'cannot_initialise',
    `PostgreSQL could not make its database. It said:\n${complaint}\nThe next start tries again from the beginning.`,
    { cause },
  );
}
