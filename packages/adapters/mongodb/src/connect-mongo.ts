import type { ConversationLog, Finding } from '@sealpost/domain';
import { Database } from './database.ts';
import { examine } from './examine.ts';
import { MongoConversationLog } from './mongo-conversation-log.ts';
import type { MongoOptions } from './options.ts';
import { pendingPreparations, prepare } from './preparations.ts';

/** The history of a deployment's conversations in one MongoDB database. */
export interface MongoHistory {
  readonly log: ConversationLog;
  /** Makes the collections and indexes; harmless to repeat, also from several processes at once. */
  prepare(): Promise<void>;
  /** Names of what `prepare` would make. */
  pendingPreparations(): Promise<readonly string[]>;
  /** What an operator should put right, about the server and how it is set up. Never rejects. */
  examine(): Promise<readonly Finding[]>;
  /** Closes the connections, after the operations under way; every later call is refused. */
  stop(): Promise<void>;
}

/** Connects when first asked something. Throws an `AdapterFailure` for an address that is none. */
export function connectMongo(options: MongoOptions): MongoHistory {
  const database = new Database(options);
  return {
    log: new MongoConversationLog(database),
    prepare: () => prepare(database),
    pendingPreparations: () => pendingPreparations(database),
    examine: () => examine(database, options.url),
    stop: () => database.stop(),
  };
}
