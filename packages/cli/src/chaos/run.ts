import type { Backends } from '@sealpost/app';
import type { ProfileName } from '../harness/profile-parts.ts';
import { audit } from './audit.ts';
import { converge, unrest, untilStill } from './convergence.ts';
import { Crew, type CrewDevice, pause, until } from './crew.ts';
import { Deployment } from './deployment.ts';
import { gatherEvidence } from './evidence.ts';
import { type FaultName, faults } from './faults.ts';
import { schedule } from './schedule.ts';
import { Seeded } from './seeded.ts';
import type { Tally } from './tally.ts';
import { type Span, type Waits, waitsWithin } from './waits.ts';

/** Client processes. */
export const processes = 3;
/** Accounts of so many devices, some of which have two, and how many of them change groups all the time. */
const sizeOf = (devices: number) => {
  const accounts = Math.ceil((devices * 2) / 3);
  return { devices, accounts, captains: Math.ceil(accounts / 4) };
};
/** How long a run may take to come to rest. */
export const bounds = {
  /** After a fault every device is served again within this time; half-open connections are given up after 45 s. */
  recoveryMs: 120_000,
  /** After the last fault everything has come to rest within this time: a half-open one takes 45 s to be noticed, and what was asked then 30 s more. */
  convergenceMs: 120_000,
  /** During a rolling restart nobody waits longer (G18). */
  drainWaitMs: 5_000,
} as const;
const startLimitMs = 90_000;
const restLimitMs = 45_000;
const probeEveryMs = 500;
const quietMs = 1_000;
/** What takes long to be noticed is not begun so short before the end. */
const slowMs = 60_000;
/** Nor is anything begun so short before it. */
const lastMs = 15_000;
const livesMs = { link: 8_000, revoke: 40_000 } as const;

export interface RunOptions {
  readonly folder: string;
  readonly profile: ProfileName;
  readonly minutes: number;
  readonly seed: number;
  /** At most at the same time. */
  readonly devices: number;
  /** Which faults strike; each at least once in a run that lasts long enough. */
  readonly faults: readonly FaultName[];
  readonly tell: (line: string) => void;
}

export interface RunResult {
  readonly tally: Tally;
  readonly faults: number;
  /** Milliseconds until every device was served again, by fault; Infinity: not within the bound. */
  readonly recoveries: ReadonlyMap<string, readonly number[]>;
  /** How long senders waited during rolling restarts, in milliseconds. */
  readonly drainWaits: Waits;
  /** What had not come to rest within the bound; empty: nothing. */
  readonly unrest: readonly string[];
  readonly convergedMs: number;
  readonly seconds: number;
  readonly troubles: ReadonlyMap<string, number>;
}

/** One run: a deployment, its clients, the faults, the calm after them, and the audit. */
export class ChaosRun {
  readonly #options: RunOptions;
  readonly #size: ReturnType<typeof sizeOf>;
  readonly #deployment: Deployment;
  readonly #crew: Crew;
  /** Draws the faults, and nothing whose order depends on the moment. */
  readonly #random: Seeded;
  /** Draws which devices come and go. */
  readonly #life: Seeded;
  readonly #recoveries = new Map<string, number[]>();
  readonly #drains: Span[] = [];
  #faults = 0;
  #further = 0;

  private constructor(options: RunOptions, deployment: Deployment) {
    const { folder, seed } = options;
    this.#options = options;
    this.#size = sizeOf(options.devices);
    this.#deployment = deployment;
    this.#random = new Seeded(seed);
    this.#life = new Seeded(seed + 1);
    this.#crew = new Crew(deployment.url, folder, processes, seed);
  }

  static async perform(options: RunOptions): Promise<RunResult> {
    const { folder, profile } = options;
    const deployment = await Deployment.start(folder, profile);
    const run = new ChaosRun(options, deployment);
    try {
      return await run.#perform();
    } finally {
      await run.#crew.kill();
      await deployment.stop();
    }
  }

  async #perform(): Promise<RunResult> {
    const { minutes, tell } = this.#options;
    const began = performance.now();
    await this.#gather();
    tell(
      `${this.#crew.devices.length} devices are there after ${seconds(performance.now() - began)} s`,
    );
    const busy = performance.now();
    await this.#strike(busy + minutes * 60_000);
    const took = (performance.now() - busy) / 1_000;
    return { ...(await this.#calm()), seconds: took };
  }

  /** Lets everything come to rest, and holds what the devices wrote down against the stores. */
  async #calm(): Promise<Omit<RunResult, 'seconds'>> {
    const resting = performance.now();
    await this.#crew.rest(restLimitMs);
    const { backends, unrest: found } = await this.#rested();
    try {
      const convergedMs = performance.now() - resting;
      await this.#crew.quit(restLimitMs);
      const evidence = await gatherEvidence(backends, this.#crew.devices);
      return {
        tally: audit(evidence),
        faults: this.#faults,
        recoveries: this.#recoveries,
        drainWaits: waitsWithin(
          evidence.devices.filter(({ active }) => active).map(({ journal }) => journal),
          this.#drains,
        ),
        unrest: found,
        convergedMs,
        troubles: this.#crew.troubles,
      };
    } finally {
      await backends.stop();
    }
  }

  /** What is not at rest when everything should be. A store that belongs to its server is read when that has ended. */
  async #rested(): Promise<{ readonly backends: Backends; readonly unrest: readonly string[] }> {
    if (this.#deployment.isShared) {
      const backends = await this.#deployment.openStores();
      return { backends, unrest: await converge(backends, this.#crew, bounds.convergenceMs) };
    }
    const states = await untilStill(this.#crew, bounds.convergenceMs);
    await this.#deployment.endServers();
    const backends = await this.#deployment.openStores();
    return { backends, unrest: await unrest(backends, this.#crew.live, states) };
  }

  /** All accounts register; then everybody talks. */
  async #gather(): Promise<void> {
    const { hosts } = this.#crew;
    for (const host of hosts) this.#crew.start(host);
    const handles = Array.from({ length: this.#size.accounts }, (_, at) => `person-${at}`);
    for (const [at, handle] of handles.entries()) {
      const plan = { name: handle, handle, further: false, captain: at < this.#size.captains };
      this.#crew.add(plan, this.#life.pick(hosts));
    }
    const allUp = (): boolean => this.#crew.devices.every(({ up }) => up);
    if (!(await until(allUp, startLimitMs))) throw new Error('the devices did not come up');
    this.#crew.talk(handles);
  }

  async #strike(end: number): Promise<void> {
    const rounds = schedule(this.#random, this.#options.faults);
    const stop = new AbortController();
    const life = this.#live(stop.signal);
    await pause(2 * quietMs);
    for (let left = end - performance.now(); left > lastMs; left = end - performance.now()) {
      const names = rounds.next().value;
      const tooLate = left < slowMs && names.some((name) => name.endsWith('half-open'));
      if (!tooLate) await this.#round(names);
      await pause(this.#random.between(0, 2 * quietMs));
    }
    stop.abort();
    await life;
    // What was under way ends before the calm begins.
    await until(
      () => this.#crew.devices.every(({ up, revoked }) => up || revoked !== 'no'),
      startLimitMs,
    );
  }

  async #round(names: readonly FaultName[]): Promise<void> {
    const scene = { deployment: this.#deployment, crew: this.#crew, random: this.#random };
    const began = Date.now();
    const probing = new AbortController();
    const drains = names.includes('rolling restart');
    const probes = drains ? this.#keepProbing(probing.signal) : Promise.resolve();
    this.#faults += names.length;
    const struck = await Promise.all(names.map((name) => faults[name].strike(scene)));
    const from = Math.max(...struck.map(({ at }) => at));
    if (names.includes('clients killed')) await this.#comeBack();
    const recovered = await this.#crew.probe(bounds.recoveryMs);
    probing.abort();
    await probes;
    if (drains) this.#drains.push({ from: began, to: from });
    await Promise.all(struck.map(({ restored }) => restored));
    const took = recovered === null ? Infinity : Math.max(0, recovered - from);
    const label = names.length > 1 ? 'two at once' : names.join();
    this.#recoveries.set(label, [...(this.#recoveries.get(label) ?? []), took]);
    this.#options.tell(`${names.join(' and ')}: ${seconds(took)} s`);
  }

  async #comeBack(): Promise<void> {
    const missing = this.#crew.devices.filter(
      ({ up, linked, revoked }) => !up && linked && revoked === 'no',
    );
    await until(() => missing.every(({ up }) => up), bounds.recoveryMs);
  }

  /** One after the other: who waits is not given more to wait for. */
  async #keepProbing(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await pause(probeEveryMs)) await this.#crew.probe(bounds.recoveryMs);
  }

  /** Devices come and go meanwhile. */
  async #live(signal: AbortSignal): Promise<void> {
    let linkAt = performance.now();
    let revokeAt = linkAt + livesMs.revoke;
    for (; !signal.aborted; await pause(quietMs / 4)) {
      const now = performance.now();
      if (now >= linkAt && this.#link()) linkAt = now + livesMs.link;
      if (now >= revokeAt && this.#revoke()) revokeAt = now + livesMs.revoke;
    }
  }

  /** One more device, for an account that has only one. */
  #link(): boolean {
    const active = this.#crew.devices.filter(({ revoked }) => revoked === 'no');
    const alone = active.filter(
      ({ plan: { handle } }) => active.filter(({ plan }) => plan.handle === handle).length === 1,
    );
    if (active.length >= this.#size.devices || alone.length === 0) return false;
    const { handle } = this.#life.pick(alone).plan;
    const name = `${handle}-${++this.#further}`;
    this.#crew.add(
      { name, handle, further: true, captain: false },
      this.#life.pick(this.#crew.hosts),
    );
    return true;
  }

  #revoke(): boolean {
    const further = this.#crew.live.filter(({ plan }): boolean => plan.further);
    if (further.length === 0) return false;
    const device: CrewDevice = this.#life.pick(further);
    this.#crew.revoke(device);
    return true;
  }
}

export const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
