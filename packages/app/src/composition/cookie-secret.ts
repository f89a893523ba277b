import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

const bytes = 32;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

async function kept(file: string): Promise<Uint8Array | null> {
  try {
    return Buffer.from(await readFile(file, 'utf8'), 'hex');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Whole or not at all, and readable for this user alone; of two that make it at once both take the first. */
async function made(folder: string, file: string): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(bytes).toString('hex'));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(fresh, file).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  await rm(fresh);
  return (await kept(file)) ?? made(folder, file);
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'cookie-secret');

/** What protects cookies as far as it is known already; nothing is made. */
export async function knownCookieSecret({
  cookies,
  storage,
  dataFolder,
}: Config): Promise<Uint8Array | null> {
  if (cookies.secret !== null) return new TextEncoder().encode(cookies.secret);
  return storage.kind === 'memory' ? null : kept(fileIn(dataFolder));
}

/**
 * What protects cookies. It must outlive the process, or every browser would have to log in again after a restart; and
 * it is no signing key of access tokens, whose rotation would do the same.
 */
export async function cookieSecret(config: Config): Promise<Uint8Array> {
  const { storage, dataFolder } = config;
  const known = await knownCookieSecret(config);
  if (known !== null || storage.kind !== 'memory')
    return known ?? made(dataFolder, fileIn(dataFolder));
  return randomBytes(bytes);
}
