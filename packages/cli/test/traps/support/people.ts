import {
  type LocalStore,
  MemoryDisk,
  MemoryStore,
  type Sealpost,
  type webSystem,
  WebTransport,
} from '@sealpost/client';
import { accountOf, eventually, password, reads, say, type World } from '../../support/world.ts';
import { Lying } from './lying.ts';

export interface Watched {
  readonly device: Sealpost;
  readonly transport: Lying;
  readonly disk: MemoryDisk;
}

/** A device whose disk can be copied and whose server can lie to it. */
export async function watched(world: World, handle: string): Promise<Watched> {
  const [disk, transport] = [new MemoryDisk(), new Lying(new WebTransport(world.url))];
  const device = await world.device({ store: await MemoryStore.open(disk), transport });
  await device.register({ handle, password, deviceName: `${handle}'s phone` });
  return { device, transport, disk };
}

/** What the disk holds, on another machine: it goes on from there. */
export async function revived(
  world: World,
  disk: MemoryDisk,
  more: { readonly clock?: typeof webSystem.clock } = {},
): Promise<Watched> {
  const transport = new Lying(new WebTransport(world.url));
  const store: LocalStore = await MemoryStore.open(disk);
  const device = await world.device({ store, transport, ...more });
  return { device, transport, disk };
}

/** Alice and Bob in a direct conversation that works in both directions. */
export async function talking(world: World) {
  const [alice, bob] = [await watched(world, 'alice'), await watched(world, 'bob')];
  const chat = await alice.device.direct(await accountOf(alice.device, 'bob'));
  const { id } = chat;
  await say(chat, 'hello');
  await reads(bob.device, id, ['hello']);
  await say(bob.device.conversation(id), 'hello you');
  await reads(alice.device, id, ['hello', 'hello you']);
  return { alice, bob, id };
}

/** A clock that somebody sets ahead. */
export function settable() {
  let ahead = 0;
  const clock = {
    now: () => Date.now() + ahead,
    monotonic: () => performance.now() + ahead,
  };
  return { clock, advance: (ms: number) => void (ahead += ms) };
}

/** Modes of the changes of keys that the device has in its log, in order. */
export async function changesOf(device: Sealpost, id: string): Promise<(string | null)[]> {
  const entries = await device.conversation(id).entries({ after: 0, limit: 1_000 });
  return entries.flatMap((entry) => (entry.kind === 'change' ? [entry.change.mode] : []));
}

/** Both say something that the other reads, under keys that both follow. */
export async function expectTalk(one: Sealpost, other: Sealpost, id: string): Promise<void> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const text = `still here ${Math.random()}`;
    await say(from.conversation(id), text);
    await eventually(async () => {
      const messages = await to.conversation(id).messages(20);
      return messages.some(({ shown }) => shown.text === text);
    }, `reading "${text}"`);
  }
  for (const device of [one, other]) {
    const info = await device.conversation(id).info();
    if (info?.broken || info?.forked) throw new Error('the conversation is broken');
  }
}
