import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginAfterRestore, configFrom, startServer } from '@sealpost/app';
import {
  MemoryDisk,
  MemoryStore,
  mlsEngine,
  Sealpost,
  WebTransport,
  webSystem,
} from '@sealpost/client';
import { accountOf, eventually, password, reads, say, textsOf } from './support/world.ts';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** As an operator does it: owners and modes come along. */
const copy = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to]);

const embedded = async (dataFolder: string) =>
  configFrom({ profile: 'embedded', dataFolder, port: await freePort(), log: { level: 'silent' } });

const deviceOn = async (disk: MemoryDisk, url: string): Promise<Sealpost> =>
  new Sealpost({
    ...webSystem,
    store: await MemoryStore.open(disk),
    engine: mlsEngine(),
    transport: new WebTransport(url),
  });

/** Both come back into a conversation of which 'kept' is what the backup had, and read each other; answers what each has then. */
async function goOn(alice: Sealpost, bob: Sealpost, id: string): Promise<string[][]> {
  // What is sent before a device whose keys were ahead is back, that device cannot read: both come back first.
  const isBack = async (device: Sealpost): Promise<boolean> => {
    const info = await device.conversation(id).info();
    return info !== null && info.incarnation > 1 && info.keyed && !info.broken;
  };
  for (const device of [alice, bob]) await eventually(() => isBack(device), 'coming back', 60_000);
  for (const [from, to, text] of [
    [alice, bob, 'after the restore'],
    [bob, alice, 'and back'],
  ] as const) {
    await say(from.conversation(id), text);
    await eventually(
      async () => (await textsOf(to.conversation(id))).includes(text),
      'reading on',
      60_000,
    );
  }
  return Promise.all([alice, bob].map((device) => textsOf(device.conversation(id))));
}

const goneOn = ['kept', 'after the restore', 'and back'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-restored-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it(
  'tells devices what a restored backup lost, and lets those whose keys are ahead go on (G9, G11)',
  { timeout: 180_000 },
  async () => {
    const dataFolder = join(folder, 'data');
    const config = await embedded(dataFolder);
    let server = await startServer(config);
    const open = async (handle: string): Promise<Sealpost> => {
      const device = await deviceOn(new MemoryDisk(), server.url);
      await device.register({ handle, password, deviceName: 'phone' });
      return device;
    };
    const [alice, bob] = [await open('alice'), await open('bob')];
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    await say(chat, 'kept');
    await reads(bob, chat.id, ['kept']);

    await server.stop();
    copy(dataFolder, join(folder, 'backup'));
    server = await startServer(config);
    await say(chat, 'lost');
    await reads(bob, chat.id, ['kept', 'lost']);
    await chat.refreshKeys();
    await say(bob.conversation(chat.id), 'lost too');
    await reads(alice, chat.id, ['kept', 'lost', 'lost too']);

    await server.stop();
    rmSync(dataFolder, { recursive: true });
    copy(join(folder, 'backup'), dataFolder);
    await beginAfterRestore(config);
    server = await startServer(config);
    expect(await goOn(alice, bob, chat.id)).toEqual([goneOn, goneOn]);
    await Promise.all([alice.close(), bob.close()]);
    await server.stop();
  },
);

it(
  'logs out devices that renewed their session after the backup; they log back in and go on as themselves (G9)',
  { timeout: 180_000 },
  async () => {
    const dataFolder = join(folder, 'data');
    const config = await embedded(dataFolder);
    let server = await startServer(config);
    const open = (disk: MemoryDisk): Promise<Sealpost> => deviceOn(disk, server.url);
    const [aliceDisk, bobDisk] = [new MemoryDisk(), new MemoryDisk()];
    const before = { alice: await open(aliceDisk), bob: await open(bobDisk) };
    await before.alice.register({ handle: 'alice', password, deviceName: 'phone' });
    await before.bob.register({ handle: 'bob', password, deviceName: 'phone' });
    const { id } = await before.alice.direct(await accountOf(before.alice, 'bob'));
    await say(before.alice.conversation(id), 'kept');
    await reads(before.bob, id, ['kept']);
    for (const device of Object.values(before)) await device.close();
    await server.stop();
    copy(dataFolder, join(folder, 'backup'));

    server = await startServer(config);
    // Whoever starts anew renews its session.
    const after = { alice: await open(aliceDisk), bob: await open(bobDisk) };
    for (const device of Object.values(after)) await device.resume();
    await say(after.alice.conversation(id), 'lost');
    await reads(after.bob, id, ['kept', 'lost']);
    for (const device of Object.values(after)) await device.close();
    await server.stop();
    rmSync(dataFolder, { recursive: true });
    copy(join(folder, 'backup'), dataFolder);
    await beginAfterRestore(config);

    server = await startServer(config);
    const [alice, bob] = [await open(aliceDisk), await open(bobDisk)];
    for (const device of [alice, bob]) {
      const reasons: string[] = [];
      device.on('loggedOut', ({ reason }) => reasons.push(reason));
      await device.resume();
      await eventually(async () => reasons.length > 0, 'being told');
      expect(reasons).toEqual(['invalid_token']);
      await device.logBackIn({ password });
    }
    expect(await goOn(alice, bob, id)).toEqual([goneOn, goneOn]);
    for (const device of [alice, bob]) await device.close();
    await server.stop();
  },
);
