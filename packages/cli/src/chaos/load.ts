import type { Conversation, ConversationRecord } from '@sealpost/client';
import { type ChaosDevice, codeOf } from './device.ts';
import type { Seeded } from './seeded.ts';

/** How often things happen, on each device. */
const pace = {
  /** Between two messages. */
  talkMs: [1_200, 3_600],
  /** Between two changes of a captain. */
  changeMs: [4_000, 12_000],
  /** Between two changes of anybody else. */
  rareChangeMs: [15_000, 60_000],
} as const;
const groupSize = { fewest: 3, most: 7 };
const groupsPerCaptain = 2;
/** A conversation that does not get rid of what was said gets no more. */
const mostWaiting = 10;

interface Place {
  readonly conversation: Conversation;
  readonly info: ConversationRecord;
}

/** What a device does all the time: it talks, and now and then changes who is in a conversation or its keys. */
export class Load {
  readonly #device: ChaosDevice;
  readonly #random: Seeded;
  readonly #trouble: (what: string) => void;
  readonly #handles: readonly string[];
  readonly #accounts = new Map<string, string>();
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>;

  constructor(
    device: ChaosDevice,
    random: Seeded,
    handles: readonly string[],
    trouble: (what: string) => void,
  ) {
    this.#device = device;
    this.#random = random;
    this.#handles = handles.filter((handle) => handle !== device.plan.handle);
    this.#trouble = trouble;
    const changes = device.plan.captain ? pace.changeMs : pace.rareChangeMs;
    this.#loops = Promise.all([
      this.#loop(pace.talkMs, () => this.talk()),
      this.#loop(changes, () => this.#change()),
    ]).then(() => undefined);
  }

  /** Resolves when what was begun has ended. */
  rest(): Promise<void> {
    this.#stop.abort();
    return this.#loops;
  }

  async talk(): Promise<void> {
    const places = await this.#places();
    if (places.length === 0) return;
    const { conversation } = this.#random.pick(places);
    const outgoing = await conversation.outgoing();
    if (outgoing.length < mostWaiting) await this.#device.say(conversation, this.#words());
  }

  async #loop([from, to]: readonly [number, number], act: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await pause(this.#random.between(from, to), signal);
      if (signal.aborted) return;
      await act().catch((error: unknown) => this.#trouble(codeOf(error)));
    }
  }

  /** Conversations that this device can speak in. */
  async #places(): Promise<Place[]> {
    const places: Place[] = [];
    for (const conversation of await this.#device.sealpost.conversations()) {
      const info = await conversation.info();
      if (info?.status === 'active' && info.keyed) places.push({ conversation, info });
    }
    return places;
  }

  async #change(): Promise<void> {
    const { plan, sealpost } = this.#device;
    const places = await this.#places();
    const me = await sealpost.me();
    const owned = places.filter(
      ({ info }) =>
        info.kind === 'group' &&
        info.members.some(({ account, role }) => account === me?.account && role === 'owner'),
    );
    if (plan.captain && owned.length < groupsPerCaptain) return this.#found();
    const group = plan.captain && this.#random.chance(0.7) ? this.#random.pick(owned) : null;
    if (group) return this.#changeMembers(group);
    if (this.#random.chance(0.5)) {
      await sealpost.direct(await this.#account());
      return;
    }
    const place = this.#random.pick(places);
    await place.conversation.refreshKeys();
  }

  async #found(): Promise<void> {
    const size = this.#random.between(groupSize.fewest, groupSize.most);
    const handles = this.#random.shuffled(this.#handles).slice(0, size);
    const accounts = await Promise.all(handles.map((handle) => this.#account(handle)));
    await this.#device.sealpost.createGroup('Picnic', accounts);
  }

  async #changeMembers({ conversation, info }: Place): Promise<void> {
    const account = await this.#account();
    const isIn = info.members.some((member) => member.account === account);
    if (!isIn) await conversation.add([account]);
    else if (info.members.length > groupSize.fewest) await conversation.remove(account);
  }

  async #account(handle = this.#random.pick(this.#handles)): Promise<string> {
    const known = this.#accounts.get(handle);
    if (known !== undefined) return known;
    const found = await this.#device.sealpost.find(handle);
    if (!found) throw new Error('there is no such account');
    this.#accounts.set(handle, found.account);
    return found.account;
  }

  #words(): string {
    return 'so it goes '.repeat(this.#random.between(0, 20));
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
