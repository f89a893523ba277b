import type {
  Adapter,
  FanOut,
  PortFamily,
  PresenceLeases,
  RateLimiter,
  StoredValue,
  Stores,
} from '@sealpost/domain';

/** An adapter that was opened, and what for. */
export interface OpenedAdapter {
  readonly name: string;
  readonly families: readonly PortFamily[];
  readonly adapter: Adapter;
}

/** All that a server works on: the ports of the adapters that its configuration names. */
export interface Backends {
  readonly stores: Stores;
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
