import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { systemErrorCode } from './system-error.ts';

/** What lies where in a data folder. Postgres' own account reaches only `cluster`. */
export interface DataFolder {
  readonly path: string;
  /** Postgres' own files; absent until they are complete. */
  readonly cluster: string;
  readonly password: string;
  readonly log: string;
}

/** Opens the folder, and makes it when it is not there: closed to all others, and owned by the one who starts. */
export async function openDataFolder(given: string): Promise<DataFolder> {
  const path = resolve(given);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { uid } = await stat(path);
    const self = process.geteuid?.();
    if (uid !== self)
      throw notOurs(path, `it belongs to uid ${uid}, and this process runs as uid ${self}`);
    await chmod(path, 0o700);
  } catch (error) {
    const code = systemErrorCode(error);
    throw code === null ? error : notOurs(path, `${code}`, error);
  }
  const at = (name: string): string => join(path, name);
  return { path, cluster: at('cluster'), password: at('password'), log: at('postgres.log') };
}

/** Makes the names in a folder durable: files made, renamed or removed in it. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function notOurs(path: string, why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'folder_not_accessible',
    `The data folder ${path} cannot be used: ${why}. Start as the user who owns it, or give it to this user (chown -R).`,
    { cause },
  );
}
