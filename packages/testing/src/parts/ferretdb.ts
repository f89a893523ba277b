import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';

/** The folder of the Go program that is built. */
const SOURCE = fileURLToPath(new URL('../../ferretdb/', import.meta.url));
const FILES = ['main.go', 'relay.go', 'go.mod', 'go.sum', 'use-indexes.patch'] as const;
/** Goes into FerretDB's own package of this path, where the patch makes use of it. */
const ADDED = 'sqlite/push_down.go';
const FERRETDB = 'github.com/FerretDB/FerretDB';
const BUILD_LIMIT_MS = 900_000;

/** Where the server lies once it is built: in the user's cache, by what it is built from. */
export function ferretdbProgram(): string {
  const hash = createHash('sha256');
  for (const name of [...FILES, ADDED]) hash.update(readFileSync(join(SOURCE, name)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'sealpost', `ferretdb-${hash.digest('hex').slice(0, 12)}`, 'ferretdb');
}

/**
 * Builds it by the Go of this machine, from FerretDB with our patch. Throws with what Go or Git said, or that there is no
 * Go.
 */
export async function buildFerretdb(): Promise<string> {
  const target = ferretdbProgram();
  if (findProgram(target) !== null) return target;
  const go = findProgram('go') ?? findProgram('/usr/local/go/bin/go');
  if (go === null)
    throw new Error('Go 1.24 or newer is missing: install it from https://go.dev/dl');
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-ferretdb-'));
  try {
    for (const name of FILES) await cp(join(SOURCE, name), join(folder, name));
    await takePatched(go, folder);
    const unfinished = `${target}.${process.pid}`;
    await run(go, ['build', '-o', unfinished, '.'], folder);
    await rename(unfinished, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** FerretDB's source, patched, in a folder beside the program's, which is told to take it from there. */
async function takePatched(go: string, folder: string): Promise<void> {
  const patched = join(folder, 'ferretdb');
  await run(go, ['mod', 'download', FERRETDB], folder);
  const original = await run(go, ['list', '-m', '-f', '{{.Dir}}', FERRETDB], folder);
  await cp(original.trim(), patched, { recursive: true });
  // What Go keeps may only be read.
  await run('chmod', ['-R', 'u+w', patched], folder);
  await run('git', ['apply', join(folder, 'use-indexes.patch')], patched);
  await cp(join(SOURCE, ADDED), join(patched, 'internal/backends', ADDED));
  await run(go, ['mod', 'edit', `-replace=${FERRETDB}=./ferretdb`], folder);
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const go = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly' };
  // However the folder lies within a repository, its paths are not that one's.
  const git = { GIT_CEILING_DIRECTORIES: dirname(cwd) };
  const options = { cwd, timeout: BUILD_LIMIT_MS, env: { ...process.env, ...go, ...git } };
  const { stdout } = await promisify(execFile)(program, [...args], options);
  return stdout;
}
