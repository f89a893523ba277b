import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { unless } from './system-error.ts';

/** Makes a random password of 32 bytes and keeps it in `file`, which only this user can read. */
export async function createPassword(file: string): Promise<string> {
  const password = randomBytes(32).toString('base64url');
  const fresh = `${file}.new`;
  // Whole or not at all, also after a power loss: a cluster whose password is lost is of no use.
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(password);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
  await syncFolder(dirname(file));
  return password;
}

/** The password that an earlier start kept. */
export async function keptPassword(file: string): Promise<string> {
  const password = await unless(['ENOENT'], readFile(file, 'utf8'));
  if (password !== null && password !== '') return password;
  throw new EmbeddedPostgresError(
    'password_missing',
    `The database exists, but the file with its password, ${file}, is gone or empty. Restore it from the backup of the data folder.`,
  );
}
