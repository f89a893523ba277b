import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { unless } from './system-error.ts';

/** One process, told from a later one that was given the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms: fit for comparing, not for reading. */
  readonly startedAt: string;
}

/** The identity of the living process `pid`; `null` when there is none. A zombie is dead. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const startedAt =
    process.platform === 'linux' ? await startFromProc(pid) : await startFromPs(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether `known` still runs: its process id alone does not tell, since ids are given again. */
export async function isAlive(known: ProcessIdentity): Promise<boolean> {
  return (await identify(known.pid))?.startedAt === known.startedAt;
}

async function startFromProc(pid: number): Promise<string | null> {
  const stat = await unless(['ENOENT', 'ESRCH'], readFile(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return null;
  // proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted after the last one.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksSinceBoot = fields[18];
  if (state === 'Z' || state === 'X' || ticksSinceBoot === undefined) return null;
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${bootId.trim()}+${ticksSinceBoot}`;
}

async function startFromPs(pid: number): Promise<string | null> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const line = await promisify(execFile)(
    'ps',
    ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)],
    { env },
  ).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  const [state, ...start] = line.split(/\s+/);
  return state === undefined || state === '' || state.startsWith('Z') ? null : start.join(' ');
}
