import { AdapterFailure } from '@sealpost/domain';
import { MongoClient, type Collection, type Db, type MongoClientOptions } from 'mongodb';
import type { EntryDocument, LogDocument } from './documents.ts';
import { failureOf } from './driver-fault.ts';
import { CONCERNS, clientOptions, settingsOf, type MongoOptions } from './options.ts';

/** Two collections and what runs operations on them, one at a time. Faults come out as `AdapterFailure`. */
export class Database {
  readonly db: Db;
  readonly entries: Collection<EntryDocument>;
  readonly logs: Collection<LogDocument>;
  /** Milliseconds that the server may take for one operation. */
  readonly limitMs: number;
  readonly #client: MongoClient;
  readonly #underWay = new Set<Promise<unknown>>();
  #stopped = false;

  /** `driver`: what the driver is told besides; for tests. */
  constructor(options: MongoOptions, driver: MongoClientOptions = {}) {
    const { url, database, operationTimeoutMs } = settingsOf(options);
    try {
      this.#client = new MongoClient(url, { ...clientOptions(options), ...driver });
    } catch (error) {
      throw failureOf(error, 'connect');
    }
    this.limitMs = operationTimeoutMs;
    this.db = this.#client.db(database);
    this.entries = this.db.collection('entries', CONCERNS);
    this.logs = this.db.collection('logs', CONCERNS);
  }

  /** Runs one operation of the driver; `name` is what a failure tells. */
  async call<T>(name: string, operation: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw failed(name, 'stopped', false);
    const running = operation();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw failureOf(error, name);
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** Refuses calls from now on, and closes the connections when the operations under way are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#underWay);
    await this.#client.close();
  }
}

export const failed = (operation: string, detail: string, retryable: boolean): AdapterFailure =>
  new AdapterFailure({ adapter: 'mongodb', operation, retryable, detail });
