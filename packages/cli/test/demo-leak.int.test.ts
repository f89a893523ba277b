import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const demo = fileURLToPath(new URL('../src/demo/demo.ts', import.meta.url));

it('fails the demo when one mark is stored in clear', { timeout: 300_000 }, async () => {
  const [code, output] = await new Promise<[number, string]>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=@sealpost/source', demo, '--leak'],
      (_error, stdout) => resolve([child.exitCode ?? -1, stdout]),
    );
  });
  expect(output).toContain('lost 0, duplicated 0, out of order 0, plaintext found in store 1');
  expect(code).toBe(1);
});
