import { configFrom, startServer } from '@sealpost/app';
import {
  type Conversation,
  type CryptoEngine,
  type Entry,
  type LocalStore,
  MemoryStore,
  mlsEngine,
  plaintextEngine,
  Sealpost,
  type SealpostPorts,
  type Transport,
  WebTransport,
  webSystem,
} from '@sealpost/client';

export const password = 'correct horse battery staple';

export type EngineName = 'mls' | 'plaintext';

const engines: Record<EngineName, () => CryptoEngine> = {
  mls: mlsEngine,
  plaintext: () => plaintextEngine({ iUnderstandThatNothingIsEncrypted: true }),
};

/** A real server over real sockets, on the memory profile, and devices of the real SDK. */
export class World {
  readonly url: string;
  readonly #stop: () => Promise<void>;
  readonly #engine: EngineName;
  readonly #devices: Sealpost[] = [];
  /** What went wrong in the background of any device; tests expect none. */
  readonly troubles: unknown[] = [];

  private constructor(url: string, stop: () => Promise<void>, engine: EngineName) {
    this.url = url;
    this.#stop = stop;
    this.#engine = engine;
  }

  static async open(
    engine: EngineName,
    config: Parameters<typeof configFrom>[0] = {},
  ): Promise<World> {
    const server = await startServer(
      configFrom({ profile: 'memory', port: 0, log: { level: 'silent' }, ...config }),
    );
    return new World(server.url, () => server.stop(), engine);
  }

  /** One device; on a fresh store, the real network and the real time unless others are given. */
  async device(
    ports: {
      readonly store?: LocalStore;
      readonly transport?: Transport;
      readonly clock?: SealpostPorts['clock'];
      readonly timers?: SealpostPorts['timers'];
    } = {},
  ): Promise<Sealpost> {
    const device = new Sealpost({
      ...webSystem,
      ...ports,
      store: ports.store ?? (await MemoryStore.open()),
      transport: ports.transport ?? new WebTransport(this.url),
      engine: engines[this.#engine](),
      allowUnencrypted: true,
    });
    device.on('trouble', ({ error }) => this.troubles.push(error));
    this.#devices.push(device);
    return device;
  }

  async registered(handle: string): Promise<Sealpost> {
    const device = await this.device();
    await device.register({ handle, password, deviceName: `${handle}'s device` });
    return device;
  }

  /** A further device of an account, linked by one that is. */
  async linked(handle: string, by: Sealpost): Promise<Sealpost> {
    const device = await this.device();
    await device.logIn({ handle, password, deviceName: 'another device' });
    await linkBoth(device, by);
    return device;
  }

  async close(): Promise<void> {
    await Promise.all(this.#devices.map((device) => device.close()));
    await this.#stop();
  }
}

/** Two people compare what both devices show. */
export async function linkBoth(fresh: Sealpost, old: Sealpost): Promise<readonly [string, string]> {
  const shown: { fresh: string; old: string } = { fresh: '', old: '' };
  const linking = fresh.link(async (digits) => {
    shown.fresh = digits;
    return true;
  });
  const me = await fresh.me();
  await eventually(async () =>
    (await old.devices()).some(
      ({ device, signatureKey }) => device === me?.device && signatureKey !== null,
    ),
  );
  await old.approveDevice(me?.device ?? '', async (digits) => {
    shown.old = digits;
    return true;
  });
  await linking;
  return [shown.fresh, shown.old];
}

export async function accountOf(of: Sealpost, handle: string): Promise<string> {
  const found = await of.find(handle);
  if (!found) throw new Error('no such handle');
  return found.account;
}

/** Texts of the messages that a device has stored, in order; what it cannot read shows as `!reason`. */
export async function textsOf(conversation: Conversation): Promise<string[]> {
  const entries = await conversation.entries({ after: 0, limit: 1_000 });
  return entries.flatMap((entry: Entry) => {
    if (entry.kind === 'undecryptable') return [`!${entry.reason}`];
    if (entry.kind !== 'message') return [];
    return [entry.said.kind === 'text' ? entry.said.text : entry.said.kind];
  });
}

/** Waits until something holds; says what it waited for when it does not in time. */
export async function eventually(
  holds: () => Promise<boolean>,
  what: string | (() => string) = 'a condition',
  patienceMs = 15_000,
): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > until)
      throw new Error(
        `${typeof what === 'string' ? what : what()} did not come true in ${patienceMs} ms`,
      );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const say = (conversation: Conversation, text: string): Promise<string> =>
  conversation.send({ kind: 'text', text });

export const reads = (
  device: Sealpost,
  id: string,
  texts: readonly string[],
  patienceMs?: number,
): Promise<void> =>
  eventually(
    async () => (await textsOf(device.conversation(id))).join('|') === texts.join('|'),
    `reading ${texts.length} messages`,
    patienceMs,
  );
