import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { eventually, textsOf, World } from './support/world.ts';

const readme = (path: string): string =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/** The first TypeScript block of a page. */
const snippetIn = (page: string): string => /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

it.each(['../../client/README.md', '../../../README.md'])(
  'says hello with the lines that %s shows',
  { timeout: 60_000 },
  async (path) => {
    const snippet = snippetIn(readme(path));
    expect(
      snippet
        .trim()
        .split('\n')
        .filter((line) => line !== '').length,
    ).toBeLessThanOrEqual(10);
    const world = await World.open('mls');
    const bob = await world.registered('bob');
    const folder = mkdtempSync(join(tmpdir(), 'sealpost-hello-'));
    const code =
      `const serverUrl = ${JSON.stringify(world.url)}, key = new Uint8Array(32).fill(1);\n${snippet}`
        .replace("'alice.db'", JSON.stringify(join(folder, 'alice.db')))
        .replace("'http://127.0.0.1:8470'", 'serverUrl');
    const child = spawn(
      process.execPath,
      ['--conditions=@sealpost/source', '--input-type=module', '-e', code],
      { stdio: 'inherit' },
    );
    try {
      const heard = async (): Promise<boolean> => {
        for (const conversation of await bob.conversations())
          if ((await textsOf(conversation)).includes('Hello, Bob')) return true;
        return false;
      };
      await eventually(heard, 'Bob hears hello', 40_000);
    } finally {
      child.kill('SIGKILL');
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
