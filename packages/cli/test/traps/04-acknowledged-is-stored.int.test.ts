import {
  type Connection,
  type ConnectionListener,
  MemoryDisk,
  MemoryStore,
  WebTransport,
} from '@sealpost/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyTransport } from '../support/faulty-transport.ts';
import { accountOf, eventually, password, reads, say, World } from '../support/world.ts';
import { revived } from './support/people.ts';

/** Looks at the device's disk at the very moment at which it says how far it is. */
class Reporting extends FaultyTransport {
  readonly reports: {
    readonly conversation: string;
    readonly delivered: number;
    readonly disk: MemoryDisk;
  }[] = [];
  readonly #disk: MemoryDisk;

  constructor(url: string, disk: MemoryDisk) {
    super(new WebTransport(url), {});
    this.#disk = disk;
  }

  override connect(
    handshake: Parameters<FaultyTransport['connect']>[0],
    listener: ConnectionListener,
  ): Connection {
    const connection = super.connect(handshake, listener);
    return {
      close: () => connection.close(),
      send: (name, payload) => {
        const { cursors = [] } = payload as {
          cursors?: { conversation: string; delivered?: number }[];
        };
        for (const { conversation, delivered = 0 } of cursors)
          this.reports.push({ conversation, delivered, disk: this.#disk.snapshot() });
        return connection.send(name, payload);
      },
    };
  }
}

describe('trap 4, acknowledgement before storage', { timeout: 60_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  it('does not happen: a device that dies as it says how far it is has all of it, readable, once', async () => {
    const alice = await world.registered('alice');
    const disk = new MemoryDisk();
    const transport = new Reporting(world.url, disk);
    const bob = await world.device({ store: await MemoryStore.open(disk), transport });
    await bob.register({ handle: 'bob', password, deviceName: 'phone' });
    const chat = await alice.direct(await accountOf(alice, 'bob'));
    const texts = Array.from({ length: 6 }, (_, n) => `message ${n}`);
    for (const text of texts) {
      await say(chat, text);
      const reported = transport.reports.length;
      await eventually(async () => transport.reports.length > reported, 'the next report');
    }
    await reads(bob, chat.id, texts);
    await bob.close();
    const reports = transport.reports.filter(({ conversation }) => conversation === chat.id);
    expect(reports.length).toBeGreaterThanOrEqual(texts.length);
    for (const { delivered, disk: then } of reports) {
      const store = await MemoryStore.open(then);
      const stored = await store.list(`entry/${chat.id}/`, { limit: 100 });
      expect(stored).toHaveLength(delivered);
      await store.close();
    }
    // It died in that moment, and another machine goes on from its disk.
    const back = await revived(world, reports.at(-1)?.disk ?? new MemoryDisk());
    await say(chat, 'after its death');
    await back.device.resume();
    await reads(back.device, chat.id, [...texts, 'after its death']);
  });
});
