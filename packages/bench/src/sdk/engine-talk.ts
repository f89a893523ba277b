import {
  type CryptoEngine,
  type DeviceRef,
  type IncomingEntry,
  type KeyBundle,
  type LocalStore,
  mlsEngine,
  type Part,
  type Records,
  type StagedCommit,
  type Step,
} from '@sealpost/client';
import { assertSame, type Talk } from './talk.ts';

const conversation = 'direct-00000000000000000000000000000000';

/** A device's engine, each of whose calls is committed to its store before the next. */
class Device {
  readonly ref: DeviceRef;
  readonly store: LocalStore;
  readonly #engine: CryptoEngine = mlsEngine();

  constructor(ref: DeviceRef, store: LocalStore) {
    this.ref = ref;
    this.store = store;
  }

  async run<T>(call: (engine: CryptoEngine, records: Records) => Promise<Step<T>>): Promise<T> {
    const { result, writes } = await call(this.#engine, this.store);
    await this.store.commit(writes);
    return result;
  }

  async bundle(): Promise<KeyBundle> {
    await this.run((engine) => engine.createIdentity(this.ref));
    const wanted = { oneTime: 1, lastResort: false, nowMs: Date.now() };
    const [bundle] = await this.run((engine, records) => engine.publishBundles(records, wanted));
    if (!bundle) throw new Error('no bundle was made');
    return bundle;
  }
}

const refOf = (at: number): DeviceRef => ({ account: `account-${at}`, device: `device-${at}` });

/** The SDK's engine, which keeps what it needs in stores: two devices' as `open` gives them. */
export async function engineTalk(size: number, open: () => Promise<LocalStore>): Promise<Talk> {
  const [sender, receiver] = [
    new Device(refOf(0), await open()),
    new Device(refOf(1), await open()),
  ];
  await sender.bundle();
  const peers = [await receiver.bundle()];
  // The other members are there by their bundles only.
  for (let at = 2; at < size; at++) {
    const device = new Device(refOf(at), await open());
    peers.push(await device.bundle());
    await device.store.close();
  }
  const staged = await sender.run((engine, records) =>
    engine.found(records, {
      conversation,
      generation: 1,
      epoch: 1,
      clientId: 'founding',
      peers,
      profile: null,
    }),
  );
  const accepted = { accepted: true, seq: 1 } as const;
  await sender.run((engine, records) => engine.settle(records, conversation, 'founding', accepted));
  await receiver.run((engine, records) =>
    engine.process(records, receiver.ref, foundingEntry(sender.ref, receiver.ref, staged)),
  );
  return new EngineTalk(sender, receiver);
}

const given = (parts: readonly Part[], { device }: DeviceRef): IncomingEntry['parts'] =>
  parts.flatMap(({ audience, bytes }): IncomingEntry['parts'] => {
    if (audience === 'all') return [{ audience, bytes }];
    return audience.includes(device) ? [{ audience: 'device', bytes }] : [];
  });

const foundingEntry = (
  sender: DeviceRef,
  to: DeviceRef,
  { adds, removes, mode, parts }: StagedCommit,
): IncomingEntry => ({
  conversation,
  seq: 1,
  generation: 1,
  epoch: 1,
  sender,
  clientId: 'founding',
  kind: 'created',
  class: 'quiet',
  adds,
  removes,
  mode,
  parts: given(parts, to),
});

class EngineTalk implements Talk {
  readonly #sender: Device;
  readonly #receiver: Device;
  #seq = 1;

  constructor(sender: Device, receiver: Device) {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  async exchange(plaintext: Uint8Array): Promise<void> {
    const seq = ++this.#seq;
    const [sender, receiver] = [this.#sender.ref, this.#receiver.ref];
    const envelope = { conversation, generation: 1, epoch: 1, sender, clientId: `message-${seq}` };
    const binding = { ...envelope, class: 'loud', parent: null } as const;
    const parts = await this.#sender.run((engine, records) =>
      engine.encrypt(records, plaintext, binding),
    );
    const entry: IncomingEntry = {
      ...envelope,
      seq,
      kind: 'message',
      class: 'loud',
      adds: [],
      removes: [],
      mode: null,
      parts: given(parts, receiver),
    };
    const processed = await this.#receiver.run((engine, records) =>
      engine.process(records, receiver, entry),
    );
    if (processed.kind !== 'message') throw new Error(`a message was ${processed.kind}`);
    assertSame(plaintext, processed.plaintext);
  }

  async close(): Promise<void> {
    await this.#sender.store.close();
    await this.#receiver.store.close();
  }
}
