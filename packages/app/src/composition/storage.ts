import type { Stores } from '@sealpost/domain';

/** An open storage adapter. */
export interface Storage {
  readonly stores: Stores;
  /** Whether the server brings the tables up to date by itself when it starts. */
  readonly migratesAtStart: boolean;
  /** Names of the steps that are due, oldest first. */
  pendingMigrations(): Promise<readonly string[]>;
  /** Harmless to repeat. */
  migrate(): Promise<void>;
  /** Everything written is kept; later calls of the stores are refused. */
  stop(): Promise<void>;
}
