import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SealpostProcess } from './support/sealpost-process.ts';

describe('the heap of sealpost serve', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealpost-heap-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The flags of V8 that the process has which was started, and is still the same. */
  async function flagsOf(nodeOptions: readonly string[], env = {}): Promise<readonly string[]> {
    const settings = { SEALPOST_PROFILE: 'memory', SEALPOST_PORT: '0', ...env };
    const server = new SealpostProcess(['serve'], settings, { cwd: folder, nodeOptions });
    await server.url();
    const started = readFileSync(`/proc/${server.child.pid}/cmdline`, 'utf8').split('\0');
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(0);
    return started.filter((argument) =>
      /^--(?:max-semi|heap-growing|(?:no-)?allocation-site)/.test(argument),
    );
  }

  it('is kept small, in the process that was started', async () => {
    expect(await flagsOf([])).toEqual([
      '--max-semi-space-size=16',
      '--heap-growing-percent=100',
      '--no-allocation-site-pretenuring',
    ]);
  });

  it('is as an operator says, on the command line or in the environment', async () => {
    const own = ['--max-semi-space-size=64', '--allocation-site-pretenuring'];
    expect(await flagsOf(own)).toEqual(['--heap-growing-percent=100', ...own]);
    const fromOutside = await flagsOf([], { NODE_OPTIONS: '--max-semi-space-size=64' });
    expect(fromOutside).toEqual(['--heap-growing-percent=100', '--no-allocation-site-pretenuring']);
  });
});
