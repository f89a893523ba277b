import { constants, closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { unless } from './system-error.ts';

const limitBytes = 1024 * 1024;
const checkIntervalMs = 60_000;
const tailBytes = 2_000;

/** Postgres' own log file. It stays near 1 MiB, with one older file beside it, however long the server runs. */
export interface ServerLog {
  /** For a program's output. */
  readonly descriptor: number;
  sizeBytes(): number;
  /** What was written after the log had `sizeBytes`: at most the last 2,000 bytes, without `secret`. */
  since(sizeBytes: number, secret: string): Promise<string>;
  close(): void;
}

export async function openServerLog(path: string): Promise<ServerLog> {
  const present = await unless(['ENOENT'], stat(path));
  if (present !== null && present.size > limitBytes) await rename(path, `${path}.old`);
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  const timer = setInterval(() => emptyWhenLarge(descriptor), checkIntervalMs).unref();
  return {
    descriptor,
    sizeBytes: () => fstatSync(descriptor).size,
    since: (sizeBytes, secret) => readTail(path, sizeBytes, secret),
    close: () => {
      clearInterval(timer);
      closeSync(descriptor);
    },
  };
}

/** The writers append, so they go on at the new end. */
function emptyWhenLarge(descriptor: number): void {
  if (fstatSync(descriptor).size > limitBytes) ftruncateSync(descriptor);
}

async function readTail(path: string, since: number, secret: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(Math.min(since, size), size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString('utf8', 0, bytesRead).replaceAll(secret, '***').trim();
  } finally {
    await file.close();
  }
}
