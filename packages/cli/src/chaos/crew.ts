import { join } from 'node:path';
import { LineProcess, scriptBeside } from '../harness/line-process.ts';
import type { DeviceState, Order, Plan, Report } from './orders.ts';

const script = scriptBeside(import.meta.url, 'client-process');
const pollMs = 20;

/** A device as the director knows it. */
export interface CrewDevice {
  readonly plan: Plan;
  readonly host: Host;
  readonly folder: string;
  account: string | null;
  device: string | null;
  /** Certified and running, as far as its process has told. */
  up: boolean;
  linked: boolean;
  /** Set when its revocation is ordered; confirmed later. */
  revoked: 'no' | 'ordered' | 'yes';
}

/** One process of clients. */
interface Host {
  readonly folder: string;
  readonly seed: number;
  process: LineProcess<Order, Report> | null;
  state: readonly DeviceState[] | null;
  resting: boolean;
}

/** The processes in which the clients run. */
export class Crew {
  readonly devices: CrewDevice[] = [];
  readonly hosts: readonly Host[];
  /** How often each trouble was told of. */
  readonly troubles = new Map<string, number>();
  readonly #url: string;
  readonly #probes = new Map<number, Map<string, number>>();
  #handles: readonly string[] | null = null;
  #lastProbe = 0;

  constructor(url: string, folder: string, count: number, seed: number) {
    this.#url = url;
    this.hosts = Array.from({ length: count }, (_, at) => ({
      folder: join(folder, `clients-${at}`),
      seed: seed + at,
      process: null,
      state: null,
      resting: false,
    }));
  }

  /** Devices that should be working now. */
  get live(): readonly CrewDevice[] {
    return this.devices.filter(({ up, revoked }) => up && revoked === 'no');
  }

  start(host: Host): void {
    const { folder, seed } = host;
    host.process = new LineProcess(script, [this.#url, folder, String(seed)], (report) =>
      this.#heard(host, report),
    );
    for (const device of this.devices)
      if (device.host === host && device.revoked !== 'yes')
        host.process.tell({ do: 'run', plan: device.plan });
    if (this.#handles) host.process.tell({ do: 'talk', handles: this.#handles });
    for (const device of this.devices) this.#remind(device, host);
  }

  /** A further device; it comes up by itself. */
  add(plan: Plan, host: Host): CrewDevice {
    const device: CrewDevice = {
      plan,
      host,
      folder: join(host.folder, plan.name),
      account: null,
      device: null,
      up: false,
      linked: !plan.further,
      revoked: 'no',
    };
    this.devices.push(device);
    host.process?.tell({ do: 'run', plan });
    return device;
  }

  talk(handles: readonly string[]): void {
    this.#handles = handles;
    for (const { process } of this.hosts) process?.tell({ do: 'talk', handles });
  }

  async rest(limitMs: number): Promise<void> {
    this.#handles = null;
    for (const host of this.hosts) {
      host.resting = false;
      host.process?.tell({ do: 'rest' });
    }
    await until(() => this.hosts.every(({ resting }) => resting), limitMs);
  }

  revoke(device: CrewDevice): void {
    device.revoked = 'ordered';
    this.#remind(device, null);
  }

  /** Ends a process in the middle of sending, and starts it again. Resolves when it has ended. */
  async crash(host: Host, afterMs: number): Promise<void> {
    const { process } = host;
    process?.tell({ do: 'die', afterMs });
    await process?.gone;
    for (const device of this.devices) if (device.host === host) device.up = false;
    this.start(host);
  }

  /** Has every device that works send a message. Answers when the last was accepted; null: not within the limit. */
  async probe(limitMs: number): Promise<number | null> {
    const probe = ++this.#lastProbe;
    const answers = new Map<string, number>();
    this.#probes.set(probe, answers);
    for (const { process } of this.hosts) process?.tell({ do: 'probe', probe });
    const asked = this.live.map(({ plan }) => plan.name);
    const all = await until(
      () => asked.every((name) => answers.has(name) || !this.#isLive(name)),
      limitMs,
    );
    this.#probes.delete(probe);
    return all ? Math.max(...answers.values()) : null;
  }

  async state(limitMs: number): Promise<readonly DeviceState[]> {
    for (const host of this.hosts) {
      host.state = null;
      host.process?.tell({ do: 'state' });
    }
    await until(() => this.hosts.every(({ state }) => state !== null), limitMs);
    return this.hosts.flatMap(({ state }) => state ?? []);
  }

  async quit(limitMs: number): Promise<void> {
    for (const { process } of this.hosts) process?.tell({ do: 'quit' });
    await Promise.race([this.#gone(), pause(limitMs)]);
    await this.kill();
  }

  async kill(): Promise<void> {
    await Promise.all(this.hosts.map(async ({ process }) => process?.kill()));
  }

  #gone(): Promise<unknown> {
    return Promise.all(this.hosts.map(async ({ process }) => process?.gone));
  }

  #isLive(name: string): boolean {
    return this.live.some(({ plan }) => plan.name === name);
  }

  #named(name: string): CrewDevice {
    const device = this.devices.find(({ plan }) => plan.name === name);
    if (!device) throw new Error(`there is no device ${name}`);
    return device;
  }

  /** Tells an account's first device what it owes a further one; `host`: only if it runs there. */
  #remind(device: CrewDevice, host: Host | null): void {
    const { plan, device: id, linked, revoked } = device;
    const first = this.devices.find(
      ({ plan: { handle, further } }) => handle === plan.handle && !further,
    );
    if (!first || id === null || (host && first.host !== host)) return;
    const { name } = first.plan;
    if (!linked) first.host.process?.tell({ do: 'approve', name, device: id });
    else if (revoked === 'ordered') first.host.process?.tell({ do: 'revoke', name, device: id });
  }

  #heard(host: Host, report: Report): void {
    switch (report.is) {
      case 'known': {
        const device = this.#named(report.name);
        const isNew = device.device === null;
        Object.assign(device, { account: report.account, device: report.device });
        if (isNew && !device.linked) this.#remind(device, null);
        return;
      }
      case 'up':
        this.#named(report.name).up = true;
        return;
      case 'linked':
        for (const device of this.devices)
          if (device.device === report.device) device.linked = true;
        return;
      case 'revoked':
        for (const device of this.devices)
          if (device.device === report.device) device.revoked = 'yes';
        return;
      case 'probed':
        this.#probes.get(report.probe)?.set(report.name, report.at);
        return;
      case 'resting':
        host.resting = true;
        return;
      case 'state':
        host.state = report.devices;
        return;
      case 'trouble':
        this.troubles.set(report.what, (this.troubles.get(report.what) ?? 0) + 1);
        return;
    }
  }
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Answers whether it came true within the limit. */
export async function until(holds: () => boolean, limitMs: number): Promise<boolean> {
  for (const end = performance.now() + limitMs; !holds(); await pause(pollMs))
    if (performance.now() > end) return false;
  return true;
}
