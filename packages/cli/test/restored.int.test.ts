import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { beginAfterRestore, configFrom, startServer } from '@sealpost/app';
import { MemoryStore, mlsEngine, Sealpost, WebTransport, webSystem } from '@sealpost/client';
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

const folder = mkdtempSync(join(tmpdir(), 'sealpost-restored-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it(
  'tells devices what a restored backup lost, and lets those whose keys are ahead go on (G9, G11)',
  { timeout: 180_000 },
  async () => {
    const dataFolder = join(folder, 'data');
    const config = configFrom({
      profile: 'embedded',
      dataFolder,
      port: await freePort(),
      log: { level: 'silent' },
    });
    let server = await startServer(config);
    const open = async (handle: string): Promise<Sealpost> => {
      const device = new Sealpost({
        ...webSystem,
        store: await MemoryStore.open(),
        engine: mlsEngine(),
        transport: new WebTransport(server.url),
      });
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
    // What is sent before a device whose keys were ahead is back, that device cannot read: both come back first.
    const isBack = async (device: Sealpost): Promise<boolean> => {
      const info = await device.conversation(chat.id).info();
      return info?.incarnation === 2 && info.keyed && !info.broken;
    };
    for (const device of [alice, bob])
      await eventually(() => isBack(device), 'coming back', 60_000);
    await say(chat, 'after the restore');
    await eventually(
      async () => (await textsOf(bob.conversation(chat.id))).includes('after the restore'),
      'bob reads on',
      60_000,
    );
    await say(bob.conversation(chat.id), 'and back');
    await eventually(
      async () => (await textsOf(chat)).includes('and back'),
      'alice reads on',
      60_000,
    );
    for (const device of [alice, bob]) {
      expect(await textsOf(device.conversation(chat.id))).toEqual([
        'kept',
        'after the restore',
        'and back',
      ]);
    }
    await Promise.all([alice.close(), bob.close()]);
    await server.stop();
  },
);
