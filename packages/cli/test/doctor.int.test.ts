import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sealpost, SealpostProcess } from './support/sealpost-process.ts';

const fewSockets = {
  SEALPOST_SOCKETS__MAX_CONNECTIONS: '100',
  SEALPOST_SOCKETS__MAX_CONNECTIONS_PER_NETWORK: '100',
};

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The codes of what is found, by the part. */
const codesIn = (stdout: string): string[] => {
  const { parts } = JSON.parse(stdout) as {
    readonly parts: readonly { readonly findings: readonly { readonly code: string }[] }[];
  };
  return parts.flatMap(({ findings }) => findings.map(({ code }) => code));
};

describe('sealpost doctor', () => {
  it('asks the embedded server that runs, and says what is well', async () => {
    const env = { ...fewSockets, SEALPOST_DATA_FOLDER: join(aFolder(), 'data') };
    const url = await new SealpostProcess(['serve'], { ...env, SEALPOST_PORT: '0' }).url();
    const { code, stdout } = await sealpost(['doctor'], {
      ...env,
      SEALPOST_PORT: new URL(url).port,
    });
    expect(stdout).toContain('this server runs');
    expect(stdout).toMatch(/✓ storage, history.*embedded-postgres\): answers, 1 signing keys/);
    expect(stdout).toContain('warning reached_from_here_only');
    expect(stdout).toMatch(/doctor: parts=\d+ errors=0 warnings=\d+\n$/);
    expect(code).toBe(0);
  }, 60_000);

  it('makes nothing where nothing was started yet', async () => {
    const folder = join(aFolder(), 'data');
    const env = { ...fewSockets, SEALPOST_DATA_FOLDER: folder, SEALPOST_PORT: '0' };
    const { code, stdout } = await sealpost(['doctor', '--json'], env);
    expect([code, codesIn(stdout)]).toEqual([0, ['reached_from_here_only']]);
    expect(() => rmSync(folder)).toThrow('ENOENT');
  });

  it('fails where a server would not start, and says what mends it', async () => {
    const file = join(aFolder(), 'file');
    writeFileSync(file, '', { mode: 0o600 });
    const env = { ...fewSockets, SEALPOST_DATA_FOLDER: file, SEALPOST_PORT: '0' };
    const { code, stdout } = await sealpost(['doctor'], env);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ data folder');
    expect(stdout).toContain('error data_folder_is_a_file');
    expect(stdout).toContain('Give the path of a folder as dataFolder.');
  });

  it('fails on a configuration that is refused', async () => {
    const { code, stdout } = await sealpost(['doctor', '--json'], { SEALPOST_PRT: '1' });
    expect([code, codesIn(stdout)]).toEqual([1, ['configuration_refused']]);
  });
});
