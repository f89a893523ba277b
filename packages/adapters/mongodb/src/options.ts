import type { MongoClientOptions } from 'mongodb';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`, with every seed and the replica set's name where there is one. */
  readonly url: string;
  /** The database that holds all collections, by default `sealpost`; others isolate tests. */
  readonly database?: string;
  /** Connections at most, by default 20. */
  readonly poolSize?: number;
  /** Milliseconds to find a primary and to connect, by default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that one operation may take, by default 10,000. */
  readonly operationTimeoutMs?: number;
}

export const settingsOf = (options: MongoOptions): Required<MongoOptions> => ({
  database: 'sealpost',
  poolSize: 20,
  connectTimeoutMs: 5_000,
  operationTimeoutMs: 10_000,
  ...options,
});

/** What a promise rests on; nothing in an address weakens it. */
export const CONCERNS = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
} as const;

export function clientOptions(options: MongoOptions): MongoClientOptions {
  const { poolSize, connectTimeoutMs, operationTimeoutMs } = settingsOf(options);
  return {
    appName: 'sealpost',
    maxPoolSize: poolSize,
    connectTimeoutMS: connectTimeoutMs,
    serverSelectionTimeoutMS: connectTimeoutMs,
    waitQueueTimeoutMS: connectTimeoutMs,
    // The server ends an operation by itself; this is for one that does not answer at all.
    socketTimeoutMS: operationTimeoutMs + 1_000,
    ...CONCERNS,
    writeConcern: { ...CONCERNS.writeConcern, wtimeoutMS: operationTimeoutMs },
  };
}
