import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { nativePackage } from '../src/native-package.ts';
import { prepareRuntime } from '../src/runtime.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

// Real servers on a machine that may be busy: initdb alone takes seconds then.
vi.setConfig({ testTimeout: 90_000 });

describe('the copy of the programs', () => {
  it('is made once when several processes want it, and left alone after that', async () => {
    await using folder = await temporaryFolder();
    const native = await nativePackage();
    const wanted = Array.from({ length: 3 }, () =>
      prepareRuntime(native, true, folder.path, folder.path),
    );
    expect(new Set(await Promise.all(wanted)).size).toBe(1);
    const [copy = ''] = await readdir(folder.path);
    expect(await readdir(folder.path)).toEqual([copy]);
    const { ino } = await stat(join(folder.path, copy));
    await prepareRuntime(native, true, folder.path, folder.path);
    expect((await stat(join(folder.path, copy))).ino).toBe(ino);
  });

  it('refuses programs that another user can change', async () => {
    await using folder = await temporaryFolder();
    const { version, native } = await nativePackage();
    const copy = join(folder.path, `postgres-${version}`);
    await mkdir(copy);
    await chmod(copy, 0o777);
    const prepare = prepareRuntime({ version, native }, true, folder.path, folder.path);
    await expect(prepare).rejects.toMatchObject({
      code: 'cannot_prepare_runtime',
      message: expect.stringContaining(copy),
    });
  });
});
