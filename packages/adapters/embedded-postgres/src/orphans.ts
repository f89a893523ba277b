import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { identify } from './process-identity.ts';
import { stopInSteps, stopSteps } from './stop-in-steps.ts';
import { systemErrorCode, unless } from './system-error.ts';

/**
 * Stops a Postgres that outlived its killed server: the postmaster, or what a killed postmaster left.
 * To be called by the holder of the folder's lock, so that it cannot belong to a living server.
 * Answers with the ids of the processes that were found.
 */
export async function stopOrphans(cluster: string): Promise<readonly number[]> {
  const postmaster = (await readPostmasterFile(cluster))?.pid ?? null;
  const find = (): Promise<readonly number[]> => processesIn(cluster, postmaster);
  const found = await find();
  if (found.length === 0) return [];
  const send = async (name: NodeJS.Signals): Promise<void> => {
    const left = await find();
    // The postmaster passes a stop on to its processes; only without it do they need one of their own.
    const passedOn = left.filter((pid) => pid === postmaster && name !== 'SIGKILL');
    for (const pid of passedOn.length > 0 ? passedOn : left) signal(pid, name);
  };
  const gone = async (limitMs: number): Promise<boolean> => {
    for (const end = performance.now() + limitMs; performance.now() < end; await sleep(10)) {
      if ((await find()).length === 0) return true;
    }
    return false;
  };
  if (await stopInSteps(stopSteps, send, gone)) return found;
  throw new EmbeddedPostgresError(
    'cannot_start',
    `A PostgreSQL of an earlier start (process ${found.join(', ')}) still runs on ${cluster} and does not stop. End it, then start again.`,
  );
}

/** The living Postgres processes that work on the cluster, whoever started them; the children only on Linux. */
async function processesIn(cluster: string, postmaster: number | null): Promise<readonly number[]> {
  if (process.platform === 'linux') return processesFromProc(cluster);
  return postmaster !== null && (await worksOn(cluster, postmaster)) ? [postmaster] : [];
}

async function processesFromProc(cluster: string): Promise<readonly number[]> {
  const { dev, ino } = await stat(cluster);
  const inaccessible = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];
  const isOurs = async (pid: string): Promise<boolean> => {
    // Every Postgres process works from its data folder, by whatever name it was given that.
    const folder = await unless(inaccessible, stat(`/proc/${pid}/cwd`));
    if (folder?.ino !== ino || folder.dev !== dev) return false;
    return (await unless(inaccessible, readFile(`/proc/${pid}/comm`, 'utf8'))) === 'postgres\n';
  };
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => ((await isOurs(pid)) ? [Number(pid)] : [])),
  );
  return found.flat();
}

async function worksOn(cluster: string, pid: number): Promise<boolean> {
  if ((await identify(pid)) === null) return false;
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return ps.then(
    ({ stdout }) => stdout.includes(`postgres -D${cluster} `),
    () => false,
  );
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}
