import { randomBytes, scryptSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Sealpost, SealpostError } from '@sealpost/client';
import { openSealpost } from '@sealpost/client/node';
import type { Screen } from './screen.ts';

export interface DeviceOptions {
  readonly serverUrl: string;
  readonly handle: string;
  /** Where this device keeps its keys and messages, sealed under the password. */
  readonly folder: string;
  readonly screen: Screen;
}

/** scrypt (RFC 7914) at about 100 ms; the salt lies beside the store. */
export function storeKey(folder: string, password: string): Uint8Array {
  const file = join(folder, 'salt');
  if (!existsSync(file)) writeFileSync(file, randomBytes(16), { mode: 0o600 });
  return new Uint8Array(
    scryptSync(password, readFileSync(file), 32, { N: 32_768, r: 8, maxmem: 64 * 1024 * 1024 }),
  );
}

/** Opens the device in the folder; on the first run registers the handle, or logs in and has this device linked. */
export async function openDevice({
  serverUrl,
  handle,
  folder,
  screen,
}: DeviceOptions): Promise<Sealpost> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password =
    process.env['SEALPOST_CHAT_PASSWORD'] ?? (await screen.askSecretly(`Password of ${handle}:`));
  const sealpost = await openSealpost({
    serverUrl,
    path: join(folder, 'device.db'),
    key: storeKey(folder, password),
  });
  sealpost.on('progress', ({ done, of }) => screen.progress(`catching up: ${done} of ${of}`));
  sealpost.on('caughtUp', () => screen.print('up to date'));
  sealpost.on(
    'connection',
    ({ state, reason }) =>
      state === 'offline' && screen.print(`offline${reason === null ? '' : ` (${reason})`}`),
  );
  const who = { handle, password, deviceName: `terminal on ${hostname()}`.slice(0, 64) };
  const known = await sealpost.me();
  watchSession(sealpost, () => logBackIn(sealpost, password, screen), screen);
  if (known?.certified) await goOn(sealpost);
  else if (known) await link(sealpost, screen);
  else await enter(sealpost, who, screen);
  return sealpost;
}

/**
 * A session that turns out to be over at the start is followed by another one: whoever started this gave the password for
 * it. One that is ended later was ended by somebody, who may have had a reason.
 */
function watchSession(sealpost: Sealpost, atStart: () => Promise<void>, screen: Screen): void {
  let isStart = true;
  sealpost.on('connection', ({ state }) => {
    if (state === 'online') isStart = false;
  });
  sealpost.on('loggedOut', () => {
    screen.print(isStart ? 'the session was over: logging back in' : 'logged out: /login goes on');
    if (isStart) void atStart();
    isStart = false;
  });
}

async function goOn(sealpost: Sealpost): Promise<void> {
  try {
    await sealpost.resume();
  } catch (error) {
    // Logging back in, which that has begun, goes on from there.
    if (!(error instanceof SealpostError) || error.code !== 'not_logged_in') throw error;
  }
}

async function logBackIn(sealpost: Sealpost, password: string, screen: Screen): Promise<void> {
  try {
    await sealpost.logBackIn({ password });
  } catch (error) {
    const code = error instanceof SealpostError ? error.code : 'unknown';
    screen.print(
      `that did not work (${code}): what this device has can be read; /login tries again`,
    );
  }
}

async function enter(
  sealpost: Sealpost,
  who: { handle: string; password: string; deviceName: string },
  screen: Screen,
): Promise<void> {
  try {
    await sealpost.register(who);
    screen.print('registered; this device made the keys of the account');
  } catch (error) {
    if (!(error instanceof SealpostError) || error.code !== 'handle_taken') throw error;
    const { linked } = await sealpost.logIn(who);
    if (!linked) await link(sealpost, screen);
  }
}

async function link(sealpost: Sealpost, screen: Screen): Promise<void> {
  screen.print('this device waits to be linked: on one that is linked, type /link');
  await sealpost.link(
    async (digits) =>
      (await screen.ask(
        `Does the other device show ${digits.slice(0, 3)} ${digits.slice(3)}? (yes/no)`,
      )) === 'yes',
  );
  screen.print('linked');
}
