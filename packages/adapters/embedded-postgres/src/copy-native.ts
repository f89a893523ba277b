import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  symlink,
} from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { unless } from './system-error.ts';

interface Link {
  /** Where the link belongs, below the package's `native` folder. */
  readonly at: string;
  readonly to: string;
}

/** The shared-library links that the package lists but that are not there. */
export async function missingLinks(native: string): Promise<readonly Link[]> {
  const listed = await unless(['ENOENT'], readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  const links = (listed === null ? [] : JSON.parse(listed)) as readonly {
    source: string;
    target: string;
  }[];
  const missing = await Promise.all(
    links.map(async ({ source, target }) => {
      const at = relative('native', target);
      const present = await unless(['ENOENT'], lstat(join(native, at)));
      return present === null ? [{ at, to: basename(source) }] : [];
    }),
  );
  return missing.flat();
}

/** Copies PostgreSQL to `target`: complete with its links, readable by all whatever the umask, and on disk. */
export async function copyNative(native: string, target: string): Promise<void> {
  await copyTree(native, target);
  for (const { at, to } of await missingLinks(native)) await symlink(to, join(target, at));
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const source = join(from, entry.name);
      const target = join(to, entry.name);
      if (entry.isDirectory()) await copyTree(source, target);
      else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
      else await copyDurably(source, target);
    }),
  );
}

async function copyDurably(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  const file = await open(target, 'r+');
  try {
    const { mode } = await file.stat();
    await file.chmod((mode & 0o100) === 0 ? 0o644 : 0o755);
    // A copy that is cut short by a power loss would be trusted for ever.
    await file.datasync();
  } finally {
    await file.close();
  }
}
