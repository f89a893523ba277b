import type { Percentiles } from './latencies.ts';
import type { Seat } from './ledger.ts';

/** A conversation, by the places of its members and of those among them who send. */
export interface Room {
  readonly id: string;
  readonly members: readonly Seat[];
  readonly senders: readonly Seat[];
}

/** `closed`: every sender of a room keeps so many messages unfinished. `open`: so many a second, whatever becomes of them. */
export type Pace =
  | { readonly kind: 'closed'; readonly window: number }
  | { readonly kind: 'open'; readonly perSecond: number };

/** Clients to be connected; it travels as JSON. */
export interface IdleSpec {
  readonly dialect: 'sealpost' | 'relay';
  /** Clients are spread over them in turn. */
  readonly urls: readonly string[];
  /** What each client presents; the number of clients. */
  readonly tokens: readonly string[];
  readonly rooms: readonly Room[];
}

export interface IdleResult {
  /** From the first connection to when all were served. */
  readonly seconds: number;
}

/** What a load process is to do. */
export interface LoadSpec extends IdleSpec {
  readonly pace: Pace;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How long unfinished messages may take at the end before they are lost. */
  readonly drainMs: number;
  /** Whose CPU time and memory is measured: roots of process trees, by name. */
  readonly charged: Readonly<Record<string, readonly number[]>>;
}

export interface Charge {
  /** While it was measured. */
  readonly cpuSeconds: number;
  /** At the end of it. */
  readonly memoryMiB: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly accepted: number;
  readonly deliveries: number;
  /** Milliseconds from when a message was due until it was acknowledged and everybody had it. */
  readonly latency: Percentiles;
  /** As in `LoadSpec.charged`, and the load itself as `load`. */
  readonly charges: Readonly<Record<string, Charge>>;
  /** CPU seconds that everybody else on the machine used meanwhile. */
  readonly othersCpuSeconds: number;
  readonly sent: number;
  /** Sends that the server did not take, since it had too much to do. */
  readonly refused: number;
  readonly lost: number;
  readonly duplicated: number;
}
