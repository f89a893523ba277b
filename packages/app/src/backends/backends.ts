import type {
  Adapter,
  ConversationLog,
  FanOut,
  PortFamily,
  PresenceLeases,
  RateLimiter,
  StoredValue,
  Stores,
} from '@sealpost/domain';

/** What an adapter is for: a family of ports, or the history once more while it is moved. */
export type Use = PortFamily | 'moving';

/** The family of ports that a use asks an adapter for. */
export const familyOf = (use: Use): PortFamily => (use === 'moving' ? 'history' : use);

/** An adapter that was opened, and what for. */
export interface OpenedAdapter {
  readonly name: string;
  readonly families: readonly Use[];
  readonly adapter: Adapter;
}

export interface NamedLog {
  readonly name: string;
  readonly log: ConversationLog;
}

/** `here` is the one that `history` names, `there` that of `moving`. */
export interface MovingStores {
  readonly here: NamedLog;
  readonly there: NamedLog;
}

/** All that a server works on: the ports of the adapters that its configuration names. */
export interface Backends {
  readonly stores: Stores;
  /** The two stores between which the history is moved, by the names of their adapters; null: it is in one place. */
  readonly moving: MovingStores | null;
  readonly fanOut: FanOut;
  readonly presence: PresenceLeases;
  /** Counts for all processes of the deployment. */
  readonly rateLimiter: RateLimiter;
  readonly adapters: readonly OpenedAdapter[];
  /** Every stored value of every adapter that keeps any. */
  everyValue(): AsyncIterable<StoredValue>;
  /** Everything written is kept; later calls are refused. */
  stop(): Promise<void>;
}

/** Steps that are due before the adapters can be used, oldest first. */
export async function stepsDue({ adapters }: Pick<Backends, 'adapters'>): Promise<string[]> {
  const steps: string[] = [];
  for (const { adapter } of adapters) steps.push(...((await adapter.preparation?.due()) ?? []));
  return steps;
}

/** Takes the steps that are due. Harmless to repeat. */
export async function prepare({ adapters }: Pick<Backends, 'adapters'>): Promise<void> {
  for (const { adapter } of adapters) await adapter.preparation?.run();
}
