import type {
  Binding,
  Bytes,
  CryptoEngine,
  EngineStatus,
  IncomingEntry,
  KeyBundle,
  Processed,
  StagedCommit,
} from '@sealpost/client';
import { bytesOf } from '../builders/bytes.ts';
import { EngineDevice } from './engine-device.ts';
import { ModelLog, type LogEntry } from './model-log.ts';

export interface LabChange {
  readonly adds?: readonly EngineDevice[];
  readonly removes?: readonly EngineDevice[];
  readonly profile?: Bytes;
}

/** Devices around one conversation's log. Every method does what an SDK would, in one step or in as many as named. */
export class Lab {
  readonly log: ModelLog;
  readonly #engineOf: () => CryptoEngine;
  readonly #cursors = new Map<EngineDevice, number>();
  #ids = 0;

  constructor(engineOf: () => CryptoEngine, conversation = 'conversation') {
    this.log = new ModelLog(conversation);
    this.#engineOf = engineOf;
  }

  /** A device with its identity. */
  async device(account: string, device = `${account}-phone`): Promise<EngineDevice> {
    const made = new EngineDevice({ account, device }, this.#engineOf);
    await made.run((engine) => engine.createIdentity(made.ref));
    return made;
  }

  /** A device for each account. */
  async devices<const T extends readonly string[]>(
    ...accounts: T
  ): Promise<{ -readonly [K in keyof T]: EngineDevice }> {
    const devices = await Promise.all(accounts.map((account) => this.device(account)));
    return devices as { -readonly [K in keyof T]: EngineDevice };
  }

  /** A fresh bundle of the device, as a server would hand it out. */
  async bundle(of: EngineDevice, lastResort = false): Promise<KeyBundle> {
    const wanted = { oneTime: lastResort ? 0 : 1, lastResort, nowMs: Date.now() };
    const [bundle] = await of.run((engine, records) => engine.publishBundles(records, wanted));
    if (!bundle) throw new Error('no bundle was made');
    return bundle;
  }

  clientId(): string {
    this.#ids += 1;
    return `client-id-${this.#ids}`;
  }

  async stageFound(
    by: EngineDevice,
    peers: readonly EngineDevice[],
    profile: Bytes | null = null,
  ): Promise<StagedCommit> {
    const bundles = await Promise.all(peers.map((peer) => this.bundle(peer)));
    const { conversation, generation, epoch } = this.log;
    const position = { conversation, generation: generation + 1, epoch: epoch + 1 };
    const wanted = { ...position, clientId: this.clientId(), peers: bundles, profile };
    return by.run((engine, records) => engine.found(records, wanted));
  }

  async stageCommit(by: EngineDevice, change: LabChange = {}): Promise<StagedCommit> {
    const adds = await Promise.all((change.adds ?? []).map((one) => this.bundle(one)));
    const removes = (change.removes ?? []).map(({ ref }) => ref);
    const { conversation } = this.log;
    const profile = change.profile ?? null;
    const wanted = { conversation, clientId: this.clientId(), adds, removes, profile };
    return by.run((engine, records) => engine.commit(records, wanted));
  }

  async stageRejoin(by: EngineDevice): Promise<StagedCommit> {
    const { conversation, generation, epoch } = this.log;
    const wanted = { conversation, generation, epoch: epoch + 1, clientId: this.clientId() };
    const groupInfo = this.log.groupInfo();
    return by.run((engine, records) => engine.rejoin(records, { ...wanted, groupInfo }));
  }

  /** The log's answer, which the device has not heard yet. */
  append(by: EngineDevice, staged: StagedCommit): LogEntry | null {
    return this.log.commit(by.ref, staged);
  }

  async settle(by: EngineDevice, clientId: string, entry: LogEntry | null): Promise<boolean> {
    const outcome = entry
      ? { accepted: true as const, seq: entry.seq }
      : { accepted: false as const };
    const { conversation } = this.log;
    return by.run((engine, records) => engine.settle(records, conversation, clientId, outcome));
  }

  /** Appends and settles; the entry, or null when another commit won. */
  async submit(by: EngineDevice, staged: StagedCommit): Promise<LogEntry | null> {
    const entry = this.append(by, staged);
    await this.settle(by, staged.clientId, entry);
    if (entry) this.#cursors.set(by, entry.seq);
    return entry;
  }

  async found(by: EngineDevice, ...peers: readonly EngineDevice[]): Promise<LogEntry> {
    return accepted(await this.submit(by, await this.stageFound(by, peers)));
  }

  async commit(by: EngineDevice, change: LabChange = {}): Promise<LogEntry> {
    return accepted(await this.submit(by, await this.stageCommit(by, change)));
  }

  async rejoin(by: EngineDevice): Promise<LogEntry> {
    return accepted(await this.submit(by, await this.stageRejoin(by)));
  }

  binding(by: EngineDevice, binding: Partial<Binding> = {}): Binding {
    const { conversation, generation, epoch } = this.log;
    const head = { conversation, generation, epoch, sender: by.ref, clientId: this.clientId() };
    return { ...head, class: 'loud', parent: null, ...binding };
  }

  /** Encrypts and appends. */
  async send(by: EngineDevice, text: string, given: Partial<Binding> = {}): Promise<LogEntry> {
    const binding = this.binding(by, given);
    const parts = await by.run((engine, records) =>
      engine.encrypt(records, bytesOf(text), binding),
    );
    return accepted(this.log.message(by.ref, { ...binding, parts }));
  }

  /** Hands one entry to the device, perhaps altered on its way. */
  async receive(
    by: EngineDevice,
    entry: LogEntry,
    altered: Partial<IncomingEntry> = {},
  ): Promise<Processed> {
    const given = { ...this.log.given(entry, by.ref), ...altered };
    return by.run((engine, records) => engine.process(records, by.ref, given));
  }

  /** Hands everything new to the device, in order; own commits are settled, own messages passed over. */
  async sync(by: EngineDevice): Promise<Processed[]> {
    const processed: Processed[] = [];
    for (const entry of this.log.entries.slice(this.#cursors.get(by) ?? 0)) {
      if (entry.sender.device !== by.ref.device) processed.push(await this.receive(by, entry));
      else if (entry.kind !== 'message') await this.settle(by, entry.clientId, entry);
      this.#cursors.set(by, entry.seq);
    }
    return processed;
  }

  async syncAll(...devices: readonly EngineDevice[]): Promise<void> {
    for (const device of devices) await this.sync(device);
  }

  status(of: EngineDevice): Promise<EngineStatus | null> {
    return of.engine.status(of.records, this.log.conversation);
  }

  /** What all members of one epoch derive alike, and nobody else. */
  async epochSecret(of: EngineDevice, label = 'test'): Promise<string> {
    const { conversation } = this.log;
    const secret = await of.engine.exportSecret(of.records, conversation, label, 32);
    return Buffer.from(secret).toString('hex');
  }

  async statusOf(of: EngineDevice): Promise<EngineStatus> {
    const status = await this.status(of);
    if (!status) throw new Error('the device holds no keys');
    return status;
  }
}

function accepted(entry: LogEntry | null): LogEntry {
  if (!entry) throw new Error('the log refused the entry');
  return entry;
}

/** The texts among what was processed. */
export const textsOf = (processed: readonly Processed[]): string[] =>
  processed.flatMap((one) =>
    one.kind === 'message' ? [new TextDecoder().decode(one.plaintext)] : [],
  );

/** The ids of the devices in a status, sorted. */
export const deviceIdsOf = ({ devices }: EngineStatus): string[] =>
  devices.map(({ device }) => device).toSorted();
