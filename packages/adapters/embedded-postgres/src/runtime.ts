import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { copyNative, missingLinks } from './copy-native.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { NativePackage } from './native-package.ts';
import { systemErrorCode, unless } from './system-error.ts';

/** A folder with PostgreSQL's programs (`bin/initdb`, `bin/postgres`) that the account which runs them can reach. */
export type Runtime = string;

/**
 * PostgreSQL's programs, in place in node_modules where that will do, and otherwise a copy made once per version.
 *
 * - As root a copy, since Postgres' own account may be unable to enter the checkout.
 * - Without the package's shared-library links a copy that has them: npm packages carry no links, and the install
 *   script that makes them does not run everywhere. What npm installed is never changed.
 *
 * The copy goes to `folder`, or to `/var/lib/sealpost` for root and into the data folder for others.
 */
export async function prepareRuntime(
  { native, version }: NativePackage,
  asRoot: boolean,
  dataFolder: string,
  folder?: string,
): Promise<Runtime> {
  if (!asRoot && (await missingLinks(native)).length === 0) return native;
  const parent = resolve(folder ?? (asRoot ? '/var/lib/sealpost' : dataFolder));
  const copy = join(parent, `postgres-${version}`);
  try {
    await copyOnce(native, copy, parent);
  } catch (error) {
    const code = systemErrorCode(error);
    throw code === null ? error : notPrepared(`${copy} cannot be made (${code})`, error);
  }
  return copy;
}

async function copyOnce(native: string, copy: string, parent: string): Promise<void> {
  const present = await unless(['ENOENT'], lstat(copy));
  if (present !== null) {
    const trusted = [0, process.geteuid?.()].includes(present.uid) && (present.mode & 0o022) === 0;
    if (!trusted || !present.isDirectory()) throw notPrepared(`others can change ${copy}`);
    return;
  }
  await makeReachable(parent);
  const partial = join(parent, `.postgres-${randomUUID()}`);
  try {
    await copyNative(native, partial);
    await rename(partial, copy);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another process made the same copy meanwhile.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}

/** Makes a folder, and those above it, that all may enter whatever the umask; leaves alone what is there. */
async function makeReachable(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.startsWith(first); made = dirname(made)) await chmod(made, 0o755);
}

function notPrepared(why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'cannot_prepare_runtime',
    `PostgreSQL's programs cannot be put where its account reaches them: ${why}. Remove that folder, or name another runtime folder that only this user can change.`,
    { cause },
  );
}
