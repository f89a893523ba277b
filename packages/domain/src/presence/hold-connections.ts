import type { Connections } from '../delivery/connections.port.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { DeviceId, DeviceRef } from '../shared/ids.ts';
import type { Timers } from '../shared/timers.port.ts';
import type { ConnectionName, LeaseAnswer, PresenceLeases } from './presence-leases.port.ts';

export interface HoldConnectionsPorts {
  readonly leases: PresenceLeases;
  readonly connections: Pick<Connections, 'closeSuperseded'>;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly timers: Timers;
  /** This process, by a name that no other ever had. */
  readonly process: string;
  readonly failed: (fault: unknown) => void;
  /** How long devices count as online after their process died, by default 30 s; renewed three times in it. */
  readonly leaseMs?: number;
  /** What is waited for after the store was told something: nothing, by default. */
  readonly pause?: (() => Promise<void>) | undefined;
}

const presenceLeaseMs = 30_000;
const retryMs = 1_000;
const mostPerTurn = 1_000;

interface Held extends ConnectionName {
  readonly account: string;
  readonly openedAt: number;
}

/**
 * Tells the deployment which devices are connected here, so that their accounts are online and each device keeps one
 * connection wherever it connects. What opens and ends while the store is being told, and in the pause after it, is told
 * together afterwards; a lease is one for the whole process, so that renewing it costs the same for any number of devices.
 */
export class HoldConnections {
  readonly #ports: HoldConnectionsPorts;
  readonly #held = new Map<DeviceId, Held>();
  #opened = new Map<DeviceId, Held>();
  #ended = new Map<DeviceId, ConnectionName>();
  readonly #leaseMs: number;
  #serial = 0;
  #renewing = false;
  #running: Promise<boolean> | null = null;
  #resting = false;
  #stopped = true;
  #cancelRenewal: () => void = () => undefined;
  #cancelRetry: () => void = () => undefined;

  constructor(ports: HoldConnectionsPorts) {
    this.#ports = ports;
    this.#leaseMs = ports.leaseMs ?? presenceLeaseMs;
  }

  start(): void {
    this.#stopped = false;
    this.#renewLater();
  }

  /** What was told last stands until its lease ends. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRenewal();
    this.#cancelRetry();
    await this.#running;
  }

  /** Answers the serial by which the connection is ended. */
  opened({ account, device }: DeviceRef): number {
    const serial = ++this.#serial;
    const held = { account, device, serial, openedAt: this.#ports.clock.monotonic() };
    this.#held.set(device, held);
    this.#opened.set(device, held);
    this.#tellSoon();
    return serial;
  }

  /** An earlier connection of a device that connected again is no longer held anyway. */
  ended({ device }: DeviceRef, serial: number): void {
    if (this.#held.get(device)?.serial !== serial) return;
    this.#held.delete(device);
    this.#opened.delete(device);
    this.#ended.set(device, { device, serial });
    this.#tellSoon();
  }

  /** Others took over connections of these processes. */
  superseded(processes: readonly string[]): void {
    if (processes.includes(this.#ports.process)) this.#renew();
  }

  /** Resolves when what happened by now was told, or could not be: it is told later. */
  async flush(): Promise<void> {
    for (let told = true; told && (this.#running || this.#isDue());) told = await this.#run();
  }

  #isDue(): boolean {
    return this.#renewing || this.#opened.size > 0 || this.#ended.size > 0;
  }

  #renew(): void {
    this.#renewing = true;
    this.#tellSoon();
  }

  #renewLater(): void {
    this.#cancelRenewal = this.#ports.timers.after(this.#leaseMs / 3, () => {
      if (this.#held.size > 0) this.#renew();
      this.#renewLater();
    });
  }

  #tellSoon(): void {
    if (!this.#resting && this.#isDue()) void this.#run();
  }

  /** One turn, or the one that is under way. Answers whether it was told. */
  #run(): Promise<boolean> {
    this.#running ??= this.#turn().then((told) => {
      this.#running = null;
      if (told) void this.#rest();
      return told;
    });
    return this.#running;
  }

  async #rest(): Promise<void> {
    if (this.#resting) return;
    this.#resting = true;
    await this.#ports.pause?.();
    this.#resting = false;
    if (!this.#stopped) this.#tellSoon();
  }

  /** Answers whether it was told. */
  async #turn(): Promise<boolean> {
    this.#cancelRetry();
    const opened = taken(this.#opened);
    const ended = taken(this.#ended);
    this.#renewing = false;
    try {
      const answer = await this.#tell(opened, ended);
      this.#answered(answer, opened);
      return true;
    } catch (fault) {
      this.#failed(fault, ended);
      return false;
    }
  }

  #tell(opened: readonly Held[], ended: readonly ConnectionName[]): Promise<LeaseAnswer> {
    const { clock, leases, process } = this.#ports;
    const now = clock.monotonic();
    return leases.hold(process, {
      leaseMs: this.#leaseMs,
      opened: opened.map(({ openedAt, ...held }) => ({ ...held, agoMs: now - openedAt })),
      ended,
    });
  }

  #answered({ fresh, superseded, replacedIn }: LeaseAnswer, told: readonly Held[]): void {
    if (fresh) this.#tellAllBut(new Set(told));
    for (const { device, serial } of superseded) {
      const held = this.#held.get(device);
      if (held?.serial === serial) this.#ports.connections.closeSuperseded(held);
      // Whoever is not held any more was ended before the store could know.
      else this.#ended.set(device, { device, serial });
    }
    if (replacedIn.length > 0)
      this.#ports.fanOut.announce({ kind: 'superseded', processes: replacedIn });
  }

  #tellAllBut(known: ReadonlySet<Held>): void {
    for (const [device, held] of this.#held) if (!known.has(held)) this.#opened.set(device, held);
  }

  #failed(fault: unknown, ended: readonly ConnectionName[]): void {
    // What was lost may be the word that the store knows nothing, which it says once.
    this.#tellAllBut(new Set());
    for (const name of ended) if (!this.#ended.has(name.device)) this.#ended.set(name.device, name);
    this.#ports.failed(fault);
    if (!this.#stopped) this.#cancelRetry = this.#ports.timers.after(retryMs, () => this.#renew());
  }
}

function taken<Value>(waiting: Map<DeviceId, Value>): Value[] {
  const values = [...waiting].slice(0, mostPerTurn);
  for (const [device] of values) waiting.delete(device);
  return values.map(([, value]) => value);
}
