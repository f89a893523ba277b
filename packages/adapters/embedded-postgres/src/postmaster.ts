import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { enter, spawnOptions, stopWithParent } from './program.ts';
import type { ServerLog } from './server-log.ts';
import { settings, type Durability } from './settings.ts';
import { stopInSteps, stopSteps, type StopStep } from './stop-in-steps.ts';

export interface PostmasterPlan {
  readonly runtime: string;
  readonly cluster: string;
  readonly account: Account | null;
  readonly durability: Durability;
  readonly password: string;
  readonly log: ServerLog;
}

/** One run of Postgres that takes connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  stop(steps?: readonly StopStep[]): Promise<void>;
}

/** Longer than the recovery of all that `max_wal_size` allows. */
const readyLimitMs = 120_000;

/** Starts Postgres and waits until it takes connections. Another process may have taken the port meanwhile. */
export async function launchPostmaster(
  plan: PostmasterPlan,
  port: number,
): Promise<Postmaster | 'port_taken'> {
  const logged = plan.log.sizeBytes();
  const stale = await readPostmasterFile(plan.cluster);
  const prefix = await stopWithParent();
  const child = spawnPostmaster(plan, port, prefix, stale?.pid ?? null);
  let failure = '';
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      failure = `${error.message}\n`;
      resolve();
    });
  });
  const stop = (steps = stopSteps): Promise<void> => stopChild(child, exited, steps);
  if (await becomesReady(plan.cluster, child)) return { pid: child.pid ?? 0, port, exited, stop };
  await stop();
  const said = failure + (await plan.log.since(logged, plan.password));
  if (said.includes('Address already in use')) return 'port_taken';
  throw new EmbeddedPostgresError(
    'cannot_start',
    `PostgreSQL did not start on ${plan.cluster}. It said:\n${said}`,
  );
}

function spawnPostmaster(
  plan: PostmasterPlan,
  port: number,
  prefix: readonly string[],
  stalePid: number | null,
): ChildProcess {
  const options = spawnOptions(plan.account);
  // Postgres refuses to start when the id in a dead server's postmaster.pid is in use again, or is a zombie's.
  // We know better: the lock is ours and the orphans are stopped. This variable, made for pg_ctl, names an id to
  // disregard; Postgres' other check, for remaining users of the old shared memory, stays in force.
  const env = {
    ...options.env,
    ...(stalePid === null ? {} : { PG_GRANDPARENT_PID: String(stalePid) }),
  };
  const entrance = enter(plan.cluster, plan.account);
  const [program = '', ...args] = [
    ...prefix,
    join(plan.runtime, 'bin', 'postgres'),
    `-D${entrance.folder}`,
    ...settings(port, plan.durability),
  ];
  try {
    const stdio = [
      'ignore' as const,
      plan.log.descriptor,
      plan.log.descriptor,
      entrance.descriptor,
    ];
    // Detached: Ctrl+C in a terminal goes to the whole process group, and the server still needs Postgres to drain.
    return spawn(program, args, { ...options, env, stdio, detached: true });
  } finally {
    entrance.close();
  }
}

async function becomesReady(cluster: string, child: ChildProcess): Promise<boolean> {
  for (const end = performance.now() + readyLimitMs; performance.now() < end; await sleep(5)) {
    if (hasEnded(child)) return false;
    const file = await readPostmasterFile(cluster);
    if (file?.pid === child.pid && file?.ready === true) return true;
  }
  return false;
}

async function stopChild(
  child: ChildProcess,
  exited: Promise<void>,
  steps: readonly StopStep[],
): Promise<void> {
  if (hasEnded(child)) return;
  const gone = (limitMs: number): Promise<boolean> =>
    Promise.race([exited.then(() => true), sleep(limitMs, false, { ref: false })]);
  if (await stopInSteps(steps, (signal) => void child.kill(signal), gone)) return;
  throw new EmbeddedPostgresError(
    'cannot_stop',
    `PostgreSQL, process ${child.pid}, does not end. Look for a disk that hangs.`,
  );
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
