import type {
  Allowance,
  Clock,
  Finding,
  PresenceLeases,
  RateLimiter,
  Stores,
} from '@sealpost/domain';
import { Database } from './database.ts';
import { healthOf } from './health.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { schemaOf, type PostgresOptions } from './options.ts';
import { PostgresAccountStore } from './postgres-account-store.ts';
import { PostgresConversationIndex } from './postgres-conversation-index.ts';
import { PostgresConversationLog } from './postgres-conversation-log.ts';
import { PostgresCursorStore } from './postgres-cursor-store.ts';
import { PostgresDeploymentStore } from './postgres-deployment-store.ts';
import { PostgresDeviceStore } from './postgres-device-store.ts';
import { PostgresKeyDirectory } from './postgres-key-directory.ts';
import { PostgresRateLimiter } from './postgres-rate-limiter.ts';
import { PostgresPresenceLeases } from './postgres-presence-leases.ts';
import { PostgresSessionStore } from './postgres-session-store.ts';
import { PostgresSigningKeyStore } from './postgres-signing-key-store.ts';

/** A deployment's stores on one Postgres database. */
export interface PostgresStores extends Stores {
  /** Counts for all processes on this database. */
  rateLimiter(rates: Readonly<Record<string, Allowance>>): RateLimiter;
  /** Who is connected to which process, told by all processes on this database. */
  readonly presence: PresenceLeases;
  /** Brings the schema up to date; harmless to repeat, also from several processes at once. */
  migrate(): Promise<void>;
  /** Names of the steps that are due, oldest first. Rejects when the schema is newer than this release. */
  pendingMigrations(): Promise<readonly string[]>;
  /** What is wrong with the database at the moment. */
  health(clock: Clock): Promise<readonly Finding[]>;
  /** Closes the connections, after the calls that are under way; every later call is refused. */
  stop(): Promise<void>;
}

/** Connects when first asked something; nothing is created before `migrate`. */
export function connectPostgres(options: PostgresOptions): PostgresStores {
  const database = new Database(options);
  const schema = schemaOf(options);
  return {
    log: new PostgresConversationLog(database),
    index: new PostgresConversationIndex(database),
    cursors: new PostgresCursorStore(database),
    keys: new PostgresKeyDirectory(database),
    accounts: new PostgresAccountStore(database),
    devices: new PostgresDeviceStore(database),
    sessions: new PostgresSessionStore(database),
    signingKeys: new PostgresSigningKeyStore(database),
    deployment: new PostgresDeploymentStore(database),
    presence: new PostgresPresenceLeases(database),
    rateLimiter: (rates) => new PostgresRateLimiter(database, rates),
    migrate: () => migrate(database.knex, schema),
    pendingMigrations: () => pendingMigrations(database, schema),
    health: (clock) => healthOf(database, clock),
    stop: () => database.stop(),
  };
}
