import { createHash } from 'node:crypto';
import type { CryptoEngine } from '@sealpost/client';
import { beginIncarnation, type DeviceRef, isSameDevice, type Stores } from '@sealpost/domain';
import { Dice } from './core/dice.ts';
import type { ForeignWork } from './core/foreign-work.ts';
import { Timeline } from './core/timeline.ts';
import { SimDevice } from './device/sim-device.ts';
import { credentialsIn } from './judge/credentials.ts';
import { Judge } from './judge/judge.ts';
import type { Checker } from './judge/checker.ts';
import type { Scene } from './judge/scene.ts';
import { Ledger } from './judge/ledger.ts';
import { Network } from './network/network.ts';
import type { Sabotage } from './sabotage.ts';
import { Crowding } from './server/crowding.ts';
import { Database } from './server/database.ts';
import { FanOutBus } from './server/fan-out-bus.ts';
import { SimProcess } from './server/sim-process.ts';
import type { Testimony } from './testimony.ts';

/** Small ones, so that pages and tokens end, bundles run out and queues fill in the time of a run. */
const limits = {
  ...{ oneTimeBundles: 8, refillBelow: 3, pageEntries: 20, discoveryPage: 3 },
  accessTokenMs: 3 * 60_000,
};

/** The last device comes back so long after everything else is mended. */
const lastBackMs = 100_000;

const HASH = /^[0-9a-f]{64}$/;

/** Keys are made by the platform and differ from run to run, as does what is hashed or encoded from them: bytes count by their number. */
function withoutKeys(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return value.length;
  return typeof value === 'string' && HASH.test(value) ? 'hash' : value;
}

/** Everybody's. */
export const password = 'correct horse battery staple';

export interface WorldOptions {
  readonly seed: number;
  readonly processes: number;
  readonly keepMs: number;
  readonly engine: () => CryptoEngine;
  /** The true time of the beginning, in Unix milliseconds. */
  readonly beginsAt: number;
  readonly sabotage: Sabotage;
  readonly checkers: readonly Checker[];
  readonly foreign: ForeignWork;
  /** Empty stores, other ones at each call. */
  readonly freshStores: () => Promise<Stores>;
  /** The first of them. */
  readonly firstStores: Stores;
  /** Whether the log is one on several machines, of which one fails at times. */
  readonly replicated: boolean;
}

/** A whole deployment and the people who use it, on one thread, in simulated time. */
export class World implements Scene {
  readonly dice: Dice;
  /** One of those that the devices use. */
  readonly engine: CryptoEngine;
  readonly timeline: Timeline;
  readonly database: Database;
  readonly bus: FanOutBus;
  readonly network: Network;
  readonly crowding: Crowding;
  readonly ledger = new Ledger();
  readonly judge: Judge;
  readonly devices: SimDevice[] = [];
  readonly keepMs: number;
  /** By device, the access token that it was given last. */
  readonly tokens = new Map<string, string>();
  incarnation = 1;
  /** The one that the last restore ended; null: there was none. */
  incarnationBefore: number | null = null;
  /** What is broken now. */
  #broken = 0;
  #mended = false;
  readonly #trace = createHash('sha256');
  #lastDisturbed = 0;
  #processes: SimProcess[];
  readonly #options: WorldOptions;
  #started = 0;
  #texts = 0;
  #backup: { readonly mark: number; readonly at: number } | null = null;

  constructor(options: WorldOptions) {
    const { seed, foreign, checkers } = options;
    this.#options = options;
    this.keepMs = options.keepMs;
    this.dice = new Dice(seed);
    this.engine = options.engine();
    this.timeline = new Timeline(this.dice.split(), foreign, options.beginsAt);
    this.judge = new Judge(checkers);
    this.database = new Database({
      ...{ timeline: this.timeline, dice: this.dice.split(), sabotage: options.sabotage },
      ...{ fresh: options.freshStores, first: options.firstStores },
      replicated: options.replicated,
      changed: (conversations) => this.#stored(conversations),
    });
    this.bus = new FanOutBus(this.timeline, this.dice.split());
    this.network = new Network(this.timeline, this.dice.split(), () => this.#processes);
    this.crowding = new Crowding(this.dice.split());
    this.#processes = Array.from({ length: options.processes }, () => this.#newProcess());
  }

  get processes(): readonly SimProcess[] {
    return this.#processes;
  }

  /** Something breaks, or is mended. */
  disturbed(broken: 1 | -1 | 0): void {
    if (this.#mended) return;
    this.#broken += broken;
    this.#lastDisturbed = this.timeline.now;
  }

  get calmForMs(): number {
    return this.#broken > 0 ? 0 : this.timeline.now - this.#lastDisturbed;
  }

  isOnline({ on, ref }: SimDevice): boolean {
    if (!on || !ref) return false;
    return this.#processes.some(
      ({ life, connections }) => life.alive && connections.find(ref)?.link.healthy === true,
    );
  }

  everybodyIsOnline(): boolean {
    return this.devices.every((device) => device.gone || !device.linked || this.isOnline(device));
  }

  readonly witness = (testimony: Testimony): void => {
    this.#note(testimony);
    this.#trace.update(`${this.timeline.now} ${JSON.stringify(testimony, withoutKeys)}\n`);
    this.judge.see(testimony, this);
  };

  /** A device of a person's, off and empty. */
  addDevice(person: number): SimDevice {
    const { timeline, network, witness } = this;
    const { sabotage, engine } = this.#options;
    const shared = { timeline, network, witness, sabotage, engine, password };
    const nextText = (): string => `text ${(this.#texts += 1)}`;
    const around = { ...shared, nextText, dice: this.dice.split() };
    const device = new SimDevice(this.devices.length, person, around, this.dice.int(-3_000, 3_000));
    this.devices.push(device);
    return device;
  }

  deviceOf(ref: DeviceRef): SimDevice | null {
    return this.devices.find((device) => device.ref && isSameDevice(device.ref, ref)) ?? null;
  }

  /** Puts a new process in the place of one that has ended. */
  replaceEnded(): void {
    this.#processes = this.#processes.map((process) =>
      process.life.alive ? process : this.#newProcess(),
    );
  }

  /** Mends whatever is broken, and has everybody come back, one sooner and another later. */
  mend(): void {
    const { database, network, bus } = this;
    database.comeUp();
    database.presenceComesBack();
    database.replicas?.goOn();
    database.mishaps.clear();
    for (const { life } of this.#processes) database.reconnect(life);
    Object.assign(database.faults, { failBefore: 0, failAfter: 0, latencyMs: 3 });
    Object.assign(network.faults, { lost: 0, doubled: 0, latencyMs: 20 });
    this.crowding.share = 0;
    bus.mend();
    this.replaceEnded();
    for (const device of this.devices)
      this.timeline.after(this.dice.int(0, lastBackMs), () => this.#bringBack(device));
    this.#mended = true;
    this.#broken = 0;
    this.#lastDisturbed = this.timeline.now;
  }

  #bringBack(device: SimDevice): void {
    this.network.reconnect(device.number);
    this.network.readOn(device.number);
    if (!device.gone) void device.start();
  }

  /** Told apart from every other run's by all that was answered and pushed in it, whatever the bytes of keys. */
  get trace(): string {
    return this.#trace.digest('hex');
  }

  takeBackup(): void {
    this.#backup = { mark: this.database.backup(), at: this.timeline.now };
  }

  /** As an operator does it: everything stops, the data is put back, a new incarnation begins, everything starts. */
  restore(): void {
    if (this.#backup === null) return;
    // It may be restored again: of what went back then it knows nothing.
    const backup = this.#backup;
    for (const process of this.#processes) process.crash();
    void this.#restore(backup);
  }

  async #restore(backup: { readonly mark: number; readonly at: number }): Promise<void> {
    await this.database.restore(backup.mark);
    const heads = await this.database.stores.log.heads([...this.ledger.logs.keys()]);
    this.ledger.cutBack(heads, this.incarnation);
    this.incarnationBefore = this.incarnation;
    this.incarnation = await beginIncarnation(this.database.immediate(), {
      now: () => this.timeline.wallTime,
      monotonic: () => this.timeline.now,
    });
    this.witness({ kind: 'restored', incarnation: this.incarnation, asOf: backup.at });
    for (const device of this.devices) {
      const wasOut = device.gone || device.loggedOut;
      device.gone = !(await this.#isKnown(device));
      // One that was revoked since is not any more.
      if (device.on && wasOut) device.comeIn();
    }
    this.replaceEnded();
  }

  /** Whether a device can go on with what the server knows of it. One that was half linked begins anew. */
  async #isKnown({ ref }: SimDevice): Promise<boolean> {
    const stored = ref && (await this.database.stores.devices.find(ref.device));
    return stored?.status === 'certified';
  }

  #note(testimony: Testimony): void {
    const credentials = credentialsIn(testimony);
    if (credentials) this.tokens.set(credentials.device, credentials.accessToken);
    if (testimony.kind === 'logged_out') void this.#noteEnd(testimony.device);
    if (testimony.kind !== 'answered' || !testimony.answer.ok) return;
    const { what, asked, caller } = testimony;
    if (what === 'revokeDevice') {
      const { params } = asked as { params: { device: string } };
      for (const device of this.devices)
        if (device.ref?.device === params.device) device.gone = true;
    }
    if (what === 'deleteAccount')
      for (const device of this.devices)
        if (device.ref?.account === caller?.account) device.gone = true;
  }

  /** A revocation may have been carried out although nobody was told so. */
  async #noteEnd(ref: DeviceRef): Promise<void> {
    const stored = await this.database.stores.devices.find(ref.device);
    const device = this.deviceOf(ref);
    if (device && stored?.status === 'revoked') device.gone = true;
  }

  #newProcess(): SimProcess {
    const { timeline, database, bus, witness } = this;
    const { sabotage, keepMs } = this.#options;
    const shared = { timeline, database, bus, witness, sabotage, keepMs, throttle: this.crowding };
    const around = { ...shared, limits, dice: this.dice.split() };
    this.#started += 1;
    const process = new SimProcess(this.#started, around, this.dice.int(-500, 500));
    process.start();
    return process;
  }

  /** Reads into the ledger what was appended or cut, before anybody else can know of it. */
  async #stored(conversations: ReadonlySet<string>): Promise<void> {
    for (const conversation of conversations) {
      const log = this.ledger.of(conversation);
      const limit = { entries: 1_000, bytes: 1 << 30 };
      const page = await this.database.stores.log.page(conversation, log.head, limit);
      log.floor = page?.head.floor ?? 0;
      for (const entry of page?.entries ?? []) {
        this.judge.stored(entry, log, this);
        log.add(entry, this.timeline.now);
      }
    }
  }
}
