import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { unless } from './system-error.ts';

export interface FolderLock {
  /** Lets another process have the folder. */
  release(): Promise<void>;
}

/**
 * Takes `folder` for this process alone, or throws `folder_in_use` naming the process that has it.
 *
 * - A holder that died without releasing (SIGKILL, power loss) counts as gone, even when its id was given again.
 * - When several processes take a free or deserted folder at once, exactly one gets it.
 *
 * Holders are numbered: `lock/<n>` names the n-th, and only the highest number counts. The next holder creates
 * `<n + 1>` whole by a hard link, which fails when it exists. The highest file is emptied at release but never
 * removed, so no number is used twice, and a slow rival that creates a number from the past sees a higher one.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const locks = join(folder, 'lock');
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const self = await identify(process.pid);
  if (self === null) throw new Error('the start time of this process cannot be read');
  const claim = join(locks, `claim-${randomUUID()}`);
  await writeFile(claim, JSON.stringify(self), { flag: 'wx' });
  try {
    return await claimNext(folder, locks, claim);
  } finally {
    await rm(claim);
  }
}

async function claimNext(folder: string, locks: string, claim: string): Promise<FolderLock> {
  for (;;) {
    const last = Math.max(0, ...(await holders(locks)));
    const holder = last === 0 ? null : await livingHolder(join(locks, String(last)));
    if (holder !== null) throw inUse(folder, holder);
    if (!(await takeNumber(locks, claim, last + 1))) continue;
    await removeOlder(locks, last + 1);
    return { release: () => truncate(join(locks, String(last + 1))) };
  }
}

/** Makes `claim` the holder with that number; `false` when the number was taken, now or in the past. */
export async function takeNumber(locks: string, claim: string, number: number): Promise<boolean> {
  const mine = join(locks, String(number));
  if ((await unless(['EEXIST'], link(claim, mine))) === null) return false;
  if (Math.max(...(await holders(locks))) === number) return true;
  await rm(mine, { force: true });
  return false;
}

async function holders(locks: string): Promise<readonly number[]> {
  const names = await readdir(locks);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function livingHolder(file: string): Promise<ProcessIdentity | null> {
  const text = await unless(['ENOENT'], readFile(file, 'utf8'));
  if (text === null || text === '') return null;
  const holder = parseIdentity(text);
  return holder !== null && (await isAlive(holder)) ? holder : null;
}

function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^\{"pid":(\d+),"startedAt":"([^"]+)"\}$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined
    ? null
    : { pid: Number(match[1]), startedAt: match[2] };
}

/** The one before stays, so that a listing made during the change sees at least one of the two. */
async function removeOlder(locks: string, mine: number): Promise<void> {
  const older = (await holders(locks)).filter((number) => number < mine - 1);
  await Promise.all(older.map((number) => rm(join(locks, String(number)), { force: true })));
}

function inUse(folder: string, holder: ProcessIdentity): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder_in_use',
    `The data folder ${folder} is in use by process ${holder.pid}. Stop that process first, or give this one a folder of its own.`,
  );
}
