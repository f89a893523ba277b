import { chown, lchown, lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { unless } from './system-error.ts';

/** The account that Postgres runs under when it is not the one of this process. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const candidates = ['sealpost', 'postgres', '_postgres', 'nobody'];

/**
 * The unprivileged account that Postgres runs under: `null` (our own) unless this process is root, whose rights
 * Postgres refuses to run with. As root the first of `sealpost`, `postgres`, `_postgres` and `nobody` that exists.
 */
export async function unprivilegedAccount(): Promise<Account | null> {
  if (process.geteuid?.() !== 0) return null;
  const accounts = parseAccounts((await unless(['ENOENT'], readFile('/etc/passwd', 'utf8'))) ?? '');
  for (const name of candidates) {
    const account = accounts.find((each) => each.name === name);
    if (account !== undefined) return account;
  }
  throw new EmbeddedPostgresError(
    'no_unprivileged_user',
    `PostgreSQL does not run as root, and /etc/passwd has none of the users ${candidates.join(', ')}. Create one (useradd --system sealpost), or start this process as an ordinary user.`,
  );
}

/** Gives a folder and all that is in it to `account`. The folder itself comes last: its owner tells that all was done. */
export async function giveTo(account: Account, folder: string): Promise<void> {
  if ((await lstat(folder)).uid === account.uid) return;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await lchown(join(entry.parentPath, entry.name), account.uid, account.gid);
  }
  await chown(folder, account.uid, account.gid);
}

function parseAccounts(passwd: string): readonly Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    const ids = { uid: Number(uid), gid: Number(gid) };
    const usable = name !== undefined && ids.uid > 0 && ids.gid > 0;
    return usable ? [{ name, ...ids }] : [];
  });
}
