import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteStore } from '@sealpost/client/sqlite';
import { storeKey } from '../../chat/device.ts';
import type { Canaries } from '../canaries.ts';
import { type Company, type Guest, until } from './company.ts';

const bin = fileURLToPath(new URL('../../../bin/sealpost.js', import.meta.url));

/** Talks in a terminal as a further account, whose keys in `folder` are looked at afterwards. */
export async function useChat(
  company: Company,
  canaries: Canaries,
  to: Guest,
  folder: string,
): Promise<void> {
  const who = company.newcomer();
  await talk(company.url, who, folder, [
    [`/to ${to.handle}`, `— ${to.handle} —`],
    [canaries.word('text typed in a terminal'), `${who.handle}: `],
  ]);
  const path = join(folder, 'device.db');
  const key = storeKey(folder, who.password);
  await company.resume(await openSqliteStore({ path, key }), who);
}

/** Types lines, each when the screen shows what the one before led to. */
async function talk(
  server: string,
  { handle, password }: { readonly handle: string; readonly password: string },
  folder: string,
  lines: readonly (readonly [line: string, shows: string])[],
): Promise<void> {
  const child = spawn(
    process.execPath,
    [bin, 'chat', '--server', server, '--as', handle, '--folder', folder],
    { env: { ...process.env, SEALPOST_CHAT_PASSWORD: password }, stdio: 'pipe' },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
  const shows = (text: string): Promise<void> =>
    until('what a terminal shows', async () => screen.includes(text));
  try {
    await shows('type /help');
    for (const [line, text] of lines) {
      child.stdin.write(`${line}\n`);
      await shows(text);
    }
    child.stdin.write('/quit\n');
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    await gone;
  }
}
