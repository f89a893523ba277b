import { AdapterFailure } from '@sealpost/domain';
import {
  MongoClient,
  type Collection,
  type Db,
  type MongoClientOptions,
  MongoServerSelectionError,
} from 'mongodb';
import type { EntryDocument, LogDocument } from './documents.ts';
import { failureOf } from './driver-fault.ts';
import { CONCERNS, clientOptions, settingsOf, type MongoOptions } from './options.ts';
import { within } from './within.ts';

/**
 * Two collections and what runs operations on them. Faults come out as `AdapterFailure`, after a time limit at the latest.
 *
 * The driver (7.9) waits for ever on a connection that breaks while it is being written to: an operation does not end, and
 * a monitor to which that happens never finds its server again. So operations have a limit of ours beside the driver's,
 * and a client that finds no server for a while is left for a new one.
 */
export class Database {
  /** Milliseconds that the server may take for one operation. */
  readonly limitMs: number;
  readonly #connect: () => MongoClient;
  readonly #name: string;
  readonly #answerMs: number;
  readonly #renewMs: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #client: MongoClient;
  /** Since when no operation found a server. */
  #lostSince: number | null = null;
  #stopped = false;

  /** `driver`: what the driver is told besides; for tests. */
  constructor(options: MongoOptions, driver: MongoClientOptions = {}) {
    const { url, database, operationTimeoutMs, connectTimeoutMs } = settingsOf(options);
    this.limitMs = operationTimeoutMs;
    this.#name = database;
    // A connection is found, made and used, and once more where the driver tries a second time.
    this.#answerMs = 2 * (operationTimeoutMs + 2 * connectTimeoutMs);
    this.#renewMs = 2 * connectTimeoutMs;
    this.#connect = () => new MongoClient(url, { ...clientOptions(options), ...driver });
    try {
      this.#client = this.#connect();
    } catch (error) {
      throw failureOf(error, 'connect');
    }
  }

  get db(): Db {
    return this.#client.db(this.#name);
  }

  get entries(): Collection<EntryDocument> {
    return this.db.collection('entries', CONCERNS);
  }

  get logs(): Collection<LogDocument> {
    return this.db.collection('logs', CONCERNS);
  }

  /** Runs one operation of the driver; `name` is what a failure tells. */
  async call<T>(name: string, operation: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw failed(name, 'stopped', false);
    const running = within(this.#answerMs, operation(), () => failed(name, 'no_answer', true));
    this.#underWay.add(running);
    try {
      const answer = await running;
      this.#lostSince = null;
      return answer;
    } catch (error) {
      if (error instanceof MongoServerSelectionError) this.#lost();
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

  #lost(): void {
    this.#lostSince ??= performance.now();
    if (this.#stopped || performance.now() - this.#lostSince < this.#renewMs) return;
    const old = this.#client;
    this.#client = this.#connect();
    this.#lostSince = null;
    // What still waits on it ends by its own limit, and nobody is left to be told that closing failed.
    void old.close().catch(() => undefined);
  }
}

export const failed = (operation: string, detail: string, retryable: boolean): AdapterFailure =>
  new AdapterFailure({ adapter: 'mongodb', operation, retryable, detail });
