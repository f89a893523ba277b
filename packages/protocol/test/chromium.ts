import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function executable(): string | null {
  const given = process.env['SEALPOST_CHROMIUM'];
  if (given !== undefined && given !== '') {
    if (!isExecutable(given)) throw new Error('SEALPOST_CHROMIUM names no executable file');
    return given;
  }
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, 'chromium'));
  return ['/usr/bin/chromium', ...onPath].find(isExecutable) ?? null;
}

/**
 * Starts a headless Chromium with a fresh profile. Null: this machine has none, which is said aloud here and is an
 * error where `CI` is set.
 */
export async function startChromium(): Promise<Browser | null> {
  const executablePath = executable();
  if (executablePath !== null) {
    return chromium.launch({ executablePath, chromiumSandbox: false, args: ARGUMENTS });
  }
  const complaint = 'NO CHROMIUM HERE: nothing was tested in a browser (set SEALPOST_CHROMIUM)';
  if (process.env['CI'] === 'true') throw new Error(complaint);
  console.warn(complaint);
  return null;
}
