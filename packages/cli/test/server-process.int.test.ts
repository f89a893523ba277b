import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('support/start-server.ts', import.meta.url));

/** Whether anybody has the port; of a process that is stopped the system takes connections all the same. */
async function isListening(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('a server of the demo and of the chaos run', () => {
  it.each([
    ['running', 'SIGTERM'],
    ['running', 'SIGKILL'],
    ['stopped', 'SIGKILL'],
  ] as const)('that is %s does not outlive who started it, ended by %s', async (how, signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'sealpost-outlived-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const director = spawn(process.execPath, [program, join(folder, 'server'), how], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void director.kill('SIGKILL'));
    const [url] = (await once(createInterface({ input: director.stdout }), 'line')) as [string];
    expect(await isListening(url)).toBe(true);
    director.kill(signal);
    await expect.poll(() => isListening(url), { timeout: 10_000 }).toBe(false);
  });
});
