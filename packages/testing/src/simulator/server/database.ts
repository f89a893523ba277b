import { MemoryPresenceLeases } from '@sealpost/adapter-memory';
import {
  AdapterFailure,
  type Append,
  type Cut,
  type PresenceLeases,
  type Stores,
} from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';
import type { Life } from '../core/life.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Sabotage } from '../sabotage.ts';
import type { SharedStores } from './shared-stores.ts';

/** How badly the database serves. */
export interface DatabaseFaults {
  /** Of a thousand calls, so many fail before they are carried out. */
  failBefore: number;
  /** Of a thousand calls, so many are carried out and their answer is lost. */
  failAfter: number;
  /** The longest way there or back, in milliseconds. */
  latencyMs: number;
}

export interface DatabaseParts {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly sabotage: Sabotage['database'];
  /** Told of the conversations whose entries were appended or cut, before the caller is answered. */
  readonly changed: (conversations: ReadonlySet<string>) => Promise<void>;
  /** Where its data lie, empty at each call: at the beginning (`first`), and anew with each restore. */
  readonly fresh: () => Promise<Stores>;
  readonly first: Stores;
}

type Method = (...given: readonly unknown[]) => Promise<unknown>;

interface Written {
  readonly store: keyof Stores;
  readonly method: string;
  readonly given: readonly unknown[];
}

/** The conversations whose entries a call appends or cuts. */
function changedBy(name: string, method: string, [given]: readonly unknown[]): Set<string> {
  if (name !== 'log') return new Set();
  if (method === 'cut') return new Set([(given as Cut).conversation]);
  const batch = method === 'append' ? (given as readonly Append[]) : [];
  return new Set(batch.map(({ draft }) => draft.conversation));
}

const failure = (operation: string, detail: string): AdapterFailure =>
  new AdapterFailure({ adapter: 'simulated', operation, retryable: true, detail });

/**
 * The deployment's database: every call takes its time there and back, and between any two of them a process may end.
 * What was carried out is durable; whether it was, a caller whose answer is lost does not know.
 */
export class Database {
  readonly faults: DatabaseFaults = { failBefore: 0, failAfter: 0, latencyMs: 3 };
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #written: Written[] = [];
  readonly #changed: DatabaseParts['changed'];
  readonly #sabotage: Sabotage['database'];
  readonly #fresh: DatabaseParts['fresh'];
  #stores: SharedStores;
  #down = false;
  /** Those who cannot reach it while others can. */
  readonly #cutOff = new Set<Life>();
  /** Calls that left before a restore are carried out on nothing. */
  #age = 0;

  constructor({ timeline, dice, sabotage, changed, fresh, first }: DatabaseParts) {
    this.#sabotage = sabotage;
    this.#timeline = timeline;
    this.#dice = dice;
    this.#changed = changed;
    this.#fresh = fresh;
    this.#stores = this.#over(first);
  }

  /** What is stored right now, for those who judge: it takes no time and never fails. */
  get stores(): SharedStores {
    return this.#stores;
  }

  /** Refuses every call until it is up again. Presence does not outlive it. */
  goDown(): void {
    this.#down = true;
    this.#stores = { ...this.#stores, presence: this.#noPresence() };
  }

  comeUp(): void {
    this.#down = false;
  }

  /** Nothing of one process's comes through any more, in either direction. */
  cutOff(life: Life): void {
    this.#cutOff.add(life);
  }

  reconnect(life: Life): void {
    this.#cutOff.delete(life);
  }

  /** A mark of what is stored now, to be given to `restore`. */
  backup(): number {
    return this.#written.length;
  }

  /** Puts everything back to how it was at the mark, by carrying out again what had been carried out by then. */
  async restore(mark: number): Promise<void> {
    this.#age += 1;
    this.#written.length = mark;
    this.#stores = this.#over(await this.#fresh());
    for (const { store, method, given } of this.#written) {
      const stored = this.#stores[store] as unknown as Record<string, Method>;
      // What was refused then is refused again, and left as little behind.
      await stored[method]?.(...given).catch(() => undefined);
    }
  }

  /** The stores as a process reaches them that lives so long. */
  reachedBy(life: Life): SharedStores {
    return this.#every((name) => (operation, given) => this.#call(name, operation, given, life));
  }

  /** The stores as an operator's command reaches them while nothing else runs: at once. */
  immediate(): SharedStores {
    return this.#every((name) => (operation, given) => this.#carryOut(name, operation, given));
  }

  #every(
    reach: (
      name: keyof SharedStores,
    ) => (operation: string, given: readonly unknown[]) => Promise<unknown>,
  ): SharedStores {
    const names = Object.keys(this.#stores).filter((name) => name !== 'close');
    const stores = names.map((name) => {
      const call = reach(name as keyof SharedStores);
      const get = (_: object, operation: string | symbol): Method => {
        return (...given) => call(String(operation), given);
      };
      return [name, new Proxy({}, { get })];
    });
    return Object.fromEntries(stores) as SharedStores;
  }

  #call(
    name: keyof SharedStores,
    method: string,
    given: readonly unknown[],
    life: Life,
  ): Promise<unknown> {
    if (!life.alive) return new Promise(() => undefined);
    const age = this.#age;
    return new Promise((resolve, reject) => {
      const answer = (then: () => void): void => {
        this.#timeline.after(this.#way(), life.if(then));
      };
      // A call that has left its process is carried out, whatever becomes of the process.
      this.#timeline.after(this.#way(), () => {
        if (age !== this.#age || !this.#serves(life))
          return answer(() => reject(failure(method, 'unreachable')));
        const isLost = this.#dice.perMille(this.faults.failAfter);
        this.#carryOut(name, method, given).then(
          (value) =>
            answer(() => {
              if (isLost || this.#cutOff.has(life)) reject(failure(method, 'answer_lost'));
              else resolve(value);
            }),
          (fault: unknown) => answer(() => reject(fault as Error)),
        );
      });
    });
  }

  #serves(life: Life): boolean {
    return !this.#down && !this.#cutOff.has(life) && !this.#dice.perMille(this.faults.failBefore);
  }

  async #carryOut(
    name: keyof SharedStores,
    method: string,
    given: readonly unknown[],
  ): Promise<unknown> {
    if (name !== 'presence') this.#written.push({ store: name, method, given });
    const store = this.#stores[name] as unknown as Record<string, Method>;
    const operation = store[method];
    if (!operation) throw new TypeError(`${name} has no ${method}`);
    try {
      return await operation.apply(store, [...given]);
    } finally {
      const changed = changedBy(name, method, given);
      if (changed.size > 0) await this.#changed(changed);
    }
  }

  #over(stores: Stores): SharedStores {
    const right = { ...stores, presence: this.#noPresence() };
    return this.#sabotage?.(right) ?? right;
  }

  #noPresence(): PresenceLeases {
    return new MemoryPresenceLeases({ now: () => this.#timeline.wallTime });
  }

  #way(): number {
    return this.#dice.int(0, this.faults.latencyMs);
  }
}
