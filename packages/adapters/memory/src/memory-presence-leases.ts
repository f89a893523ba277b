import type {
  AccountId,
  Clock,
  ConnectionName,
  DeviceId,
  LeaseAnswer,
  LeaseTurn,
  PresenceLeases,
} from '@sealpost/domain';
import { MemoryState } from './memory-state.ts';

interface Standing extends ConnectionName {
  readonly account: AccountId;
  readonly process: string;
  readonly openedAt: number;
}

export class MemoryPresenceLeases implements PresenceLeases {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #state: MemoryState;
  readonly #ends = new Map<string, number>();
  readonly #standing = new Map<DeviceId, Standing>();
  readonly #superseded = new Map<string, Map<DeviceId, number>>();

  constructor(clock: Pick<Clock, 'now'>, state: MemoryState = new MemoryState()) {
    this.#clock = clock;
    this.#state = state;
  }

  async hold(process: string, { leaseMs, opened, ended }: LeaseTurn): Promise<LeaseAnswer> {
    this.#state.ensureOpen('hold');
    const now = this.#clock.now();
    this.#forgetEnded(now);
    const fresh = !this.#ends.has(process);
    this.#ends.set(process, now + leaseMs);
    for (const name of ended) this.#end(process, name);
    const replacedIn = opened.flatMap(({ agoMs, ...connection }) => {
      const loser = this.#take({ ...connection, process, openedAt: now - agoMs });
      return loser === null || loser === process ? [] : [loser];
    });
    const superseded = [...this.#of(process)].map(([device, serial]) => ({ device, serial }));
    return { fresh, superseded, replacedIn: [...new Set(replacedIn)] };
  }

  async online(accounts: readonly AccountId[]): Promise<readonly AccountId[]> {
    this.#state.ensureOpen('online');
    this.#forgetEnded(this.#clock.now());
    const held = new Set([...this.#standing.values()].map(({ account }) => account));
    return accounts.filter((account) => held.has(account));
  }

  /** Answers the process whose connection gives way. */
  #take(mine: Standing): string | null {
    const theirs = this.#standing.get(mine.device);
    if (!theirs || theirs.process === mine.process) {
      if (!theirs || theirs.serial <= mine.serial) this.#standing.set(mine.device, mine);
      return null;
    }
    const loser = mine.openedAt > theirs.openedAt ? theirs : mine;
    if (loser === theirs) this.#standing.set(mine.device, mine);
    this.#of(loser.process).set(loser.device, loser.serial);
    return loser.process;
  }

  #end(process: string, { device, serial }: ConnectionName): void {
    const standing = this.#standing.get(device);
    if (standing?.process === process && standing.serial <= serial) this.#standing.delete(device);
    if ((this.#of(process).get(device) ?? Infinity) <= serial) this.#of(process).delete(device);
  }

  #of(process: string): Map<DeviceId, number> {
    const known = this.#superseded.get(process) ?? new Map<DeviceId, number>();
    this.#superseded.set(process, known);
    return known;
  }

  #forgetEnded(now: number): void {
    for (const [process, endsAt] of this.#ends) {
      if (endsAt > now) continue;
      this.#ends.delete(process);
      this.#superseded.delete(process);
      for (const [device, standing] of this.#standing)
        if (standing.process === process) this.#standing.delete(device);
    }
  }
}
