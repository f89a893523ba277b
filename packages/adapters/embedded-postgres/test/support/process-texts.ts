import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Id, arguments and environment of every process, as far as they can be read: one line each. */
export async function processTexts(): Promise<readonly string[]> {
  const withEnvironment = process.platform === 'linux' ? 'axeww' : 'axEww';
  const ps = await promisify(execFile)('ps', [withEnvironment, '-o', 'pid=,command='], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return ps.stdout.split('\n').map((line) => line.trim());
}

/** Id, arguments and environment of one living process; empty when it is gone. */
export async function processText(pid: number): Promise<string> {
  return (await processTexts()).find((line) => line.startsWith(`${pid} `)) ?? '';
}
