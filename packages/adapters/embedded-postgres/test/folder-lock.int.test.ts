import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import { lockFolder, takeNumber } from '../src/folder-lock.ts';
import { identify } from '../src/process-identity.ts';
import { aZombie } from './support/processes.ts';
import { ServerProcess } from './support/server-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

const lockProgram = [process.execPath, new URL('support/hold-lock.ts', import.meta.url).pathname];
const holder = (folder: string): ServerProcess => new ServerProcess([folder], {}, lockProgram);

describe('a second start on the same folder', () => {
  it('is refused with the id of the process that has it, which goes on undisturbed', async () => {
    await using folder = await temporaryFolder();
    await using first = new ServerProcess([folder.path]);
    const { pid, postgres } = await first.started();
    await using second = new ServerProcess([folder.path]);
    const refused = await second.refused();
    expect(refused.code).toBe('folder_in_use');
    expect(refused.message).toContain(`process ${pid}`);
    expect(refused.message).toContain(folder.path);
    expect(await identify(postgres)).not.toBeNull();
  });

  it('is refused within one process too', async () => {
    await using folder = await temporaryFolder();
    const lock = await lockFolder(folder.path);
    await expect(startEmbeddedPostgres({ dataFolder: folder.path })).rejects.toMatchObject({
      code: 'folder_in_use',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await lock.release();
    expect(await isFree(folder.path)).toBe(true);
  });

  it('leaves the folder free when it fails', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'cluster'), 'not a folder');
    const start = startEmbeddedPostgres({ dataFolder: folder.path });
    await expect(start).rejects.toThrow('is gone or empty');
    expect(await isFree(folder.path)).toBe(true);
  });
});

describe('the lock of a holder that died', () => {
  it('is free though its process id is that of another process now', async () => {
    await using folder = await temporaryFolder();
    const before = await lockFolder(folder.path);
    const [file = ''] = await lockFiles(folder.path);
    const earlier = (await readFile(file, 'utf8')).replace(/"startedAt":".*"/, '"startedAt":"1"');
    await before.release();
    await writeFile(file, earlier);
    expect(await isFree(folder.path)).toBe(true);
  });

  it('is free while the dead process is still a zombie', async () => {
    await using folder = await temporaryFolder();
    await (await lockFolder(folder.path)).release();
    const [file = ''] = await lockFiles(folder.path);
    await using zombie = await aZombie(async (pid) => {
      await writeFile(file, JSON.stringify(await identify(pid)));
      await expect(lockFolder(folder.path)).rejects.toMatchObject({ code: 'folder_in_use' });
    });
    expect(() => process.kill(zombie.pid, 0)).not.toThrow();
    expect(await isFree(folder.path)).toBe(true);
  });

  it('is free when a power loss left nothing legible in it', async () => {
    await using folder = await temporaryFolder();
    await (await lockFolder(folder.path)).release();
    const [file = ''] = await lockFiles(folder.path);
    await writeFile(file, '\0\0\0\0');
    expect(await isFree(folder.path)).toBe(true);
  });

  it('goes to exactly one of many that want it, time after time', async () => {
    await using folder = await temporaryFolder();
    for (let round = 0; round < 6; round += 1) {
      const rivals = Array.from({ length: 8 }, () => holder(folder.path));
      const outcomes = await Promise.all(rivals.map((rival) => rival.outcome()));
      const winners = outcomes.filter(({ started }) => started !== undefined);
      const refused = outcomes.flatMap(({ refused: why }) => (why === undefined ? [] : [why]));
      expect(winners).toHaveLength(1);
      expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['folder_in_use']));
      const pid = winners[0]?.started?.pid;
      expect(refused.every(({ message }) => message.includes(`process ${pid}.`))).toBe(true);
      await Promise.all(rivals.map((rival) => rival.kill()));
    }
    expect((await lockFiles(folder.path)).length).toBeLessThanOrEqual(2);
  });
});

describe('a slow rival', () => {
  it('gets no number from the past, though its file was removed', async () => {
    await using folder = await temporaryFolder();
    for (let past = 0; past < 3; past += 1) await (await lockFolder(folder.path)).release();
    const lock = await lockFolder(folder.path);
    const [before = '', now = ''] = await lockFiles(folder.path);
    expect([before, now].map((file) => basename(file))).toEqual(['3', '4']);
    expect(await takeNumber(dirname(now), now, 1)).toBe(false);
    expect(await takeNumber(dirname(now), now, 4)).toBe(false);
    expect(await lockFiles(folder.path)).toEqual([before, now]);
    await lock.release();
    expect(await takeNumber(dirname(now), now, 5)).toBe(true);
  });
});

describe('the lock under contention within one process', () => {
  it('never has two holders', async () => {
    await using folder = await temporaryFolder();
    let holding = 0;
    let most = 0;
    const contend = async (): Promise<void> => {
      for (let taken = 0; taken < 20;) {
        const lock = await lockFolder(folder.path).catch(() => null);
        if (lock === null) continue;
        holding += 1;
        most = Math.max(most, holding);
        await new Promise(setImmediate);
        holding -= 1;
        taken += 1;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, contend));
    expect(most).toBe(1);
  });
});

async function isFree(folder: string): Promise<boolean> {
  const lock = await lockFolder(folder).catch(() => null);
  await lock?.release();
  return lock !== null;
}

async function lockFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'lock'));
  return names
    .filter((name) => !name.startsWith('claim-'))
    .toSorted()
    .map((name) => join(folder, 'lock', name));
}
