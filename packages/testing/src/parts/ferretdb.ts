import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';

/** The folder of the Go program that is built. */
const SOURCE = fileURLToPath(new URL('../../ferretdb/', import.meta.url));
const BUILD_LIMIT_MS = 900_000;

/** Where the server lies once it is built: in the user's cache, by what it is built from. */
export function ferretdbProgram(): string {
  const hash = createHash('sha256');
  for (const name of ['main.go', 'relay.go', 'go.mod', 'go.sum'])
    hash.update(readFileSync(join(SOURCE, name)));
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'sealpost', `ferretdb-${hash.digest('hex').slice(0, 12)}`, 'ferretdb');
}

/** Builds it by the Go of this machine. Throws with what Go said, or that there is none. */
export async function buildFerretdb(): Promise<string> {
  const target = ferretdbProgram();
  if (findProgram(target) !== null) return target;
  const go = findProgram('go') ?? findProgram('/usr/local/go/bin/go');
  if (go === null)
    throw new Error('Go 1.24 or newer is missing: install it from https://go.dev/dl');
  await mkdir(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await promisify(execFile)(go, ['build', '-o', unfinished, '.'], {
    cwd: SOURCE,
    timeout: BUILD_LIMIT_MS,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly' },
  });
  await rename(unfinished, target);
  return target;
}
