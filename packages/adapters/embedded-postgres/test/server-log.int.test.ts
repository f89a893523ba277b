import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openServerLog } from '../src/server-log.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

describe("Postgres' log", () => {
  it('begins anew above 1 MiB, and keeps the one before', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'postgres.log');
    await writeFile(path, 'old');
    await truncate(path, 1024 * 1024 + 1);
    (await openServerLog(path)).close();
    expect((await stat(path)).size).toBe(0);
    expect((await stat(`${path}.old`)).size).toBe(1024 * 1024 + 1);
  });

  it('is emptied above 1 MiB while Postgres writes on', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'postgres.log');
    const log = await openServerLog(path);
    await truncate(path, 1024 * 1024 + 1);
    vi.advanceTimersByTime(60_000);
    await appendFile(path, 'more');
    expect(await readFile(path, 'utf8')).toBe('more');
    log.close();
    vi.useRealTimers();
  });
});
