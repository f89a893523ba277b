import { afterEach, expect, it } from 'vitest';
import {
  type LocalStore,
  MemoryDisk,
  MemoryStore,
  type Sealpost,
  SealpostError,
} from '@sealpost/client';
import {
  accountOf,
  type EngineName,
  eventually,
  password,
  say,
  textsOf,
  World,
} from './support/world.ts';

class Crash extends Error {}

/** A store whose device dies at its n-th commit, just before or just after that took effect. */
function dying(
  inner: LocalStore,
  n: number,
  when: 'before' | 'after',
  died: () => void,
): LocalStore {
  let commits = 0;
  let dead = false;
  const alive = (): void => {
    if (dead) throw new Crash('dead');
  };
  return {
    async get(key) {
      alive();
      return inner.get(key);
    },
    async list(prefix, page) {
      alive();
      return inner.list(prefix, page);
    },
    async commit(writes) {
      alive();
      if (writes.size > 0 && ++commits === n) {
        if (when === 'after') await inner.commit(writes);
        dead = true;
        died();
        throw new Crash('at a commit');
      }
      return inner.commit(writes);
    },
    close: () => inner.close(),
  };
}

let world: World;
let alice: Sealpost;
let run = 0;
afterEach(() => world.close());

/** Sends a text unless the device has it already: as an application does that was interrupted. */
async function sayOnce(device: Sealpost, id: string, text: string): Promise<void> {
  const chat = device.conversation(id);
  const waiting = (await chat.outgoing()).map(({ content }) =>
    content.kind === 'text' ? content.text : '',
  );
  if (!waiting.includes(text) && !(await textsOf(chat)).includes(text)) await say(chat, text);
}

/** What bob does; each step can be done again by a device that died in it. */
function story(handle: string): ((bob: Sealpost) => Promise<string>)[] {
  let chat = '';
  return [
    async (bob) => {
      if (await bob.me()) await bob.resume();
      else
        await bob
          .register({ handle, password, deviceName: 'phone' })
          .catch((error: unknown) => enterAgain(bob, handle, error));
      return '';
    },
    async (bob) => (chat = (await bob.direct(await accountOf(bob, 'alice'))).id),
    async (bob) => {
      for (const text of ['b1', 'b2']) await sayOnce(bob, chat, text);
      return chat;
    },
    async (bob) => {
      await sayOnce(alice, chat, 'a1');
      await bob.conversation(chat).refreshKeys();
      return chat;
    },
    async (bob) => {
      await sayOnce(bob, chat, 'b3');
      await eventually(
        async () => (await bob.conversation(chat).outgoing()).length === 0,
        'the outbox is empty',
      );
      return chat;
    },
  ];
}

/** The account was made, but the device died before it had noted it: it logs in. */
async function enterAgain(bob: Sealpost, handle: string, error: unknown): Promise<void> {
  if (!(error instanceof SealpostError) || error.code !== 'handle_taken') throw error;
  await bob.logIn({ handle, password, deviceName: 'phone' });
}

/** Tells the story with a device that dies at its n-th commit and comes back with what was durable. Answers whether it died. */
async function tell(n: number, when: Moment): Promise<boolean> {
  const disk = new MemoryDisk();
  let died = false;
  let revived = false;
  const handle = `bob${++run}`;
  let bob = await world.device({
    store: dying(await MemoryStore.open(disk), n, when, () => (died = true)),
  });
  let chat = '';
  const steps = story(handle);
  for (let step = 0; step < steps.length;) {
    try {
      chat = (await steps[step]?.(bob)) ?? '';
      if (died && !revived) throw new Crash('noticed late');
      step++;
    } catch (error) {
      if (!died || revived) throw error;
      revived = true;
      bob = await world.device({ store: await MemoryStore.open(disk.snapshot()) });
      if (await bob.me()) await bob.resume();
    }
  }
  const wanted = ['a1', 'b1', 'b2', 'b3'];
  for (const device of [alice, bob]) {
    await eventually(
      async () => (await textsOf(device.conversation(chat))).length >= wanted.length,
      `${handle}: all messages`,
    );
    expect(
      (await textsOf(device.conversation(chat))).toSorted(),
      `${handle}, commit ${n}, ${when}`,
    ).toEqual(wanted);
  }
  expect(await textsOf(bob.conversation(chat))).toEqual(await textsOf(alice.conversation(chat)));
  return died;
}

type Moment = 'before' | 'after';
const both: readonly Moment[] = ['before', 'after'];

/** Each engine with the moments at which its device dies; the one that encrypts takes turns, since each story is long. */
const engines: readonly (readonly [EngineName, (n: number) => readonly Moment[]])[] = [
  ['plaintext', () => both],
  ['mls', (n) => both.filter((_, moment) => moment === n % 2)],
];

it.each(engines)(
  'loses nothing and repeats nothing when a device dies at any commit of its store, %s engine (G1, G4, G5)',
  { timeout: 180_000 },
  async (engine, momentsAt) => {
    world = await World.open(engine);
    alice = await world.registered('alice');
    let last = 0;
    for (let n = 1; n <= 200 && last === 0; n++) {
      let died = false;
      for (const when of momentsAt(n)) died = (await tell(n, when)) || died;
      if (!died) last = n;
    }
    expect(last).toBeGreaterThan(15);
  },
);
