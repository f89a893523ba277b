import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unless } from './system-error.ts';

/** What a running Postgres says of itself in its `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** Reads `postmaster.pid`; `null` when there is none. A Postgres that was killed leaves its file behind. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | null> {
  const text = await unless(['ENOENT'], readFile(join(cluster, 'postmaster.pid'), 'utf8'));
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  // Line 8 is the state (src/include/utils/pidfile.h); pg_ctl waits for the same word.
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
}
