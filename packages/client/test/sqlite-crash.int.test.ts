import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalStore } from '@sealpost/client';
import { openSqliteStore } from '@sealpost/client/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const writer = fileURLToPath(new URL('fixtures/store-writer.ts', import.meta.url));
const keyHex = '5a'.repeat(32);
const key = new Uint8Array(Buffer.from(keyHex, 'hex'));

describe('a SQLite store whose process is killed', () => {
  let folder = '';
  let path = '';
  let child: ChildProcess | null = null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealpost-crash-'));
    path = join(folder, 'store.db');
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Runs the writer until it has acknowledged `commits` more and `extraMs` went by, kills it, and gives the last number that it acknowledged. */
  async function writeUntilKilled(commits: number, extraMs: number): Promise<number> {
    const process_ = spawn(process.execPath, [writer, path, keyHex], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = process_;
    let lines = 0;
    let acknowledged = 0;
    for await (const line of createInterface({ input: process_.stdout })) {
      lines += 1;
      if (line !== 'open') acknowledged = Number(line);
      if (lines === commits) setTimeout(() => process_.kill('SIGKILL'), extraMs);
    }
    if (process_.signalCode === null && process_.exitCode === null) await once(process_, 'exit');
    expect(process_.signalCode).toBe('SIGKILL');
    return acknowledged;
  }

  it('has every commit that was acknowledged, and none by halves', async () => {
    let before = 0;
    for (const [commits, extraMs] of [
      [1, 0],
      [10, 0],
      [60, 1],
      [200, 3],
      [25, 7],
    ] as const) {
      const acknowledged = await writeUntilKilled(commits, extraMs);
      const store = await openSqliteStore({ path, key });
      const head = await committedHead(store);
      expect(head).toBeGreaterThanOrEqual(Math.max(acknowledged, before));
      before = head;
      await store.close();
    }
    expect(before).toBeGreaterThan(200);
  });

  it('is in use while that process lives, and free at once when it is dead', async () => {
    const process_ = spawn(process.execPath, [writer, path, keyHex], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = process_;
    await once(process_.stdout, 'data');
    await expect(openSqliteStore({ path, key })).rejects.toMatchObject({ code: 'store_in_use' });
    process_.stdout.resume();
    process_.kill('SIGKILL');
    await once(process_, 'exit');
    await (await openSqliteStore({ path, key })).close();
  });
});

/** The number of the last commit, after checking that each one before it is there whole. */
async function committedHead(store: LocalStore): Promise<number> {
  const text = (value: Uint8Array | null) => Buffer.from(value ?? []).toString();
  const head = Number(text(await store.get('head')));
  const state = text(await store.get('state'));
  expect(state.length === 0 ? 0 : Number(state)).toBe(head);
  const log = await store.list('log/', { limit: 1_000_000 });
  expect(log.map(({ value }) => Number(text(value)))).toEqual(
    Array.from({ length: head }, (_, at) => at + 1),
  );
  return head;
}
