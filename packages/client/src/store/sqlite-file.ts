import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/**
 * Makes sure that a SQLite file exists and that it and the files beside it are for their owner only (mode 0600).
 *
 * - The file is created with its mode, so there is no moment at which others can open it; SQLite gives `-wal`, `-shm`
 *   and `-journal` the mode of the file itself.
 * - A file that exists is never opened here: closing any descriptor of it would drop the lock of a store that this
 *   process has open (POSIX record locks, fcntl(2)).
 */
export function ensurePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      if (existsSync(path + suffix)) chmodSync(path + suffix, OWNER_ONLY);
    }
  }
}
