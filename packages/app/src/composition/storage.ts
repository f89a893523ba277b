import type { PresenceLeases, RateLimiter, Rates, Stores } from '@sealpost/domain';

/** A value as it is stored: bytes, or anything else in text form. */
export interface StoredValue {
  readonly table: string;
  readonly column: string;
  readonly value: string | Uint8Array;
}

/** An open storage adapter. */
export interface Storage {
  readonly stores: Stores;
  /** Counts for all processes on this storage. */
  rateLimiter(rates: Rates): RateLimiter;
  /** Who is connected to which process on this storage; null: it can be used by one process only. */
  readonly presence: PresenceLeases | null;
  /** Whether the server brings the tables up to date by itself when it starts. */
  readonly migratesAtStart: boolean;
  /** Names of the steps that are due, oldest first. */
  pendingMigrations(): Promise<readonly string[]>;
  /** Harmless to repeat. */
  migrate(): Promise<void>;
  /** Every stored value of every column, for audits of what the server holds. */
  everyValue(): AsyncIterable<StoredValue>;
  /** Everything written is kept; later calls of the stores are refused. */
  stop(): Promise<void>;
}
