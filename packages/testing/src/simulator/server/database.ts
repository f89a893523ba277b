import { MemoryPresenceLeases } from '@sealpost/adapter-memory';
import {
  AdapterFailure,
  type ConversationLog,
  type Append,
  type Cut,
  type PresenceLeases,
  type Stores,
} from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';
import type { Life } from '../core/life.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Sabotage } from '../sabotage.ts';
import { Mishaps } from './mishaps.ts';
import { type LogWrite, ReplicatedLog } from './replicated-log.ts';
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
  readonly sabotage: Pick<Sabotage, 'database' | 'replicatedLog'>;
  /** Told of the conversations whose entries were appended or cut, before the caller is answered. */
  readonly changed: (conversations: ReadonlySet<string>) => Promise<void>;
  /** Where its data lie, empty at each call: at the beginning (`first`), and anew with each restore. */
  readonly fresh: () => Promise<Stores>;
  readonly first: Stores;
  /** Whether the log is one on several machines. */
  readonly replicated: boolean;
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
  readonly mishaps = new Mishaps();
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #written: Written[] = [];
  readonly #changed: DatabaseParts['changed'];
  readonly #sabotage: DatabaseParts['sabotage'];
  readonly #isReplicated: boolean;
  readonly #fresh: DatabaseParts['fresh'];
  #stores: SharedStores;
  #replicas: ReplicatedLog | null;
  #down = false;
  #presenceAway = false;
  #presenceLostAt = 0;
  /** Those who cannot reach it while others can. */
  readonly #cutOff = new Set<Life>();
  /** Calls that left before a restore are carried out on nothing. */
  #age = 0;

  constructor({ timeline, dice, sabotage, changed, fresh, first, replicated }: DatabaseParts) {
    this.#sabotage = sabotage;
    this.#timeline = timeline;
    this.#dice = dice;
    this.#changed = changed;
    this.#fresh = fresh;
    this.#isReplicated = replicated;
    this.#stores = this.#over(first);
    this.#replicas = this.#replicate();
  }

  /** What is stored right now, for those who judge: it takes no time and never fails. */
  get stores(): SharedStores {
    return this.#stores;
  }

  /** The machines that the log is on; null: it is on one that does not fail. */
  get replicas(): ReplicatedLog | null {
    return this.#replicas;
  }

  /** Refuses every call until it is up again. Presence does not outlive it. */
  goDown(): void {
    this.#down = true;
    this.losePresence();
  }

  /** Nothing else is lost with it, and it comes back by itself. */
  losePresence(): void {
    this.#presenceLostAt = this.#timeline.now;
    this.#stores = { ...this.#stores, presence: this.#noPresence() };
  }

  /** When all presence was lost last. */
  get presenceLostAt(): number {
    return this.#presenceLostAt;
  }

  /** Presence alone refuses every call, and keeps what it has. */
  presenceGoesAway(): void {
    this.#presenceAway = true;
  }

  presenceComesBack(): void {
    this.#presenceAway = false;
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
    this.#replicas?.end();
    this.#written.length = mark;
    this.#stores = this.#over(await this.#fresh());
    this.#presenceLostAt = this.#timeline.now;
    for (const { store, method, given } of this.#written) {
      const stored = this.#stores[store] as unknown as Record<string, Method>;
      // What was refused then is refused again, and left as little behind.
      await stored[method]?.(...given).catch(() => undefined);
    }
    this.#replicas = this.#replicate();
  }

  /** The stores as a process reaches them that lives so long. */
  reachedBy(life: Life): SharedStores {
    return this.#every((name) => (operation, given) => this.#call(name, operation, given, life));
  }

  /** The stores as an operator's command reaches them while nothing else runs: at once. */
  immediate(): SharedStores {
    return this.#every((name) => async (operation, given) => {
      this.#replicas?.end();
      this.#replicas = null;
      const answer = await this.#carryOut(name, operation, given);
      this.#replicas = this.#replicate();
      return answer;
    });
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
    const mishap = this.mishaps.meeting(name, method, given);
    return new Promise((resolve, reject) => {
      const answer = (then: () => void): void => {
        this.#timeline.after(this.#way(), life.if(then));
      };
      // A call that has left its process is carried out, whatever becomes of the process.
      this.#timeline.after((mishap?.heldMs ?? 0) + this.#way(), () => {
        if (age !== this.#age || !this.#serves(name, life))
          return answer(() => reject(failure(method, 'unreachable')));
        const isLost = mishap?.answerLost === true || this.#dice.perMille(this.faults.failAfter);
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

  #serves(name: keyof SharedStores, life: Life): boolean {
    const isAway = this.#down || (name === 'presence' && this.#presenceAway);
    return !isAway && !this.#cutOff.has(life) && !this.#dice.perMille(this.faults.failBefore);
  }

  async #carryOut(
    name: keyof SharedStores,
    method: string,
    given: readonly unknown[],
  ): Promise<unknown> {
    const replicas = name === 'log' ? this.#replicas : null;
    // What was written to a log on several machines is there once a majority has it.
    if (name !== 'presence' && !replicas) this.#written.push({ store: name, method, given });
    const port = replicas ? this.#reachable(replicas) : this.#stores[name];
    const store = port as unknown as Record<string, Method>;
    const operation = store[method];
    if (!operation) throw new TypeError(`${name} has no ${method}`);
    try {
      return await operation.apply(store, [...given]);
    } finally {
      if (!replicas) await this.#tell(name, method, given);
    }
  }

  async #tell(name: string, method: string, given: readonly unknown[]): Promise<void> {
    const changed = changedBy(name, method, given);
    if (changed.size > 0) await this.#changed(changed);
  }

  #reachable(replicas: ReplicatedLog): ConversationLog {
    return this.#sabotage.replicatedLog?.(replicas) ?? replicas.log;
  }

  #replicate(): ReplicatedLog | null {
    if (!this.#isReplicated) return null;
    const majority = this.#stores.log;
    const written = this.#written.filter(({ store }) => store === 'log') as unknown as LogWrite[];
    const onAgreed = async ({ method, given }: LogWrite): Promise<void> => {
      this.#written.push({ store: 'log', method, given });
      await this.#tell('log', method, given);
    };
    const { timeline, dice } = { timeline: this.#timeline, dice: this.#dice };
    return new ReplicatedLog({ timeline, dice, majority, written, onAgreed });
  }

  #over(stores: Stores): SharedStores {
    const right = { ...stores, presence: this.#noPresence() };
    return this.#sabotage.database?.(right) ?? right;
  }

  #noPresence(): PresenceLeases {
    return new MemoryPresenceLeases({ now: () => this.#timeline.wallTime });
  }

  #way(): number {
    return this.#dice.int(0, this.faults.latencyMs);
  }
}
