import { randomUUID } from 'node:crypto';
import { memoryStores } from '@sealpost/adapter-memory';
import type { ConversationLog } from '@sealpost/domain';
import type { StoresSubject } from '@sealpost/testing';
import { mongodbPart, type MongodbPart } from '@sealpost/testing/parts';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { connectMongo, type MongoHistory } from '../../src/index.ts';

const limitMs = 60_000;

export interface FreshHistory {
  readonly url: string;
  readonly database: string;
  readonly history: MongoHistory;
  /** A connection of the test's own. */
  readonly db: Db;
  dispose(): Promise<void>;
}

/** A MongoDB for the tests of one `describe`; started before them, stopped after them. */
export class TestServer {
  readonly #start: () => Promise<MongodbPart>;
  #part: MongodbPart | undefined;
  #admin: MongoClient | undefined;

  static forTheseTests(start: () => Promise<MongodbPart> = mongodbPart): TestServer {
    const server = new TestServer(start);
    beforeAll(() => server.#open(), limitMs);
    afterAll(() => server.#close(), limitMs);
    return server;
  }

  constructor(start: () => Promise<MongodbPart>) {
    this.#start = start;
  }

  get url(): string {
    if (!this.#part) throw new Error('the server runs only while tests do');
    return this.#part.url;
  }

  /** A prepared, empty database. */
  async fresh(): Promise<FreshHistory> {
    const database = `test_${randomUUID().replaceAll('-', '')}`;
    const history = connectMongo({ url: this.url, database });
    await history.prepare();
    const db = this.#client.db(database);
    const dispose = async (): Promise<void> => {
      await history.stop();
      await db.dropDatabase();
    };
    return { url: this.url, database, history, db, dispose };
  }

  async drop(database: string): Promise<void> {
    await this.#client.db(database).dropDatabase();
  }

  get #client(): MongoClient {
    if (!this.#admin) throw new Error('the server runs only while tests do');
    return this.#admin;
  }

  async #open(): Promise<void> {
    this.#part = await this.#start();
    this.#admin = new MongoClient(this.#part.url);
  }

  async #close(): Promise<void> {
    await this.#admin?.close();
    await this.#part?.stop();
  }
}

/** A deployment whose history is in MongoDB, and everything else in memory. */
export const mongoSubject = (server: TestServer): StoresSubject => ({
  name: 'mongodb',
  open: async () => {
    const { history, dispose } = await server.fresh();
    return { stores: { ...memoryStores(), log: history.log }, dispose };
  },
});

/** The same, as several processes have it that take turns in answering. */
export const mongoProcessesSubject = (server: TestServer): StoresSubject => ({
  name: 'three processes on mongodb',
  open: async () => {
    const { url, database, history, dispose } = await server.fresh();
    const others = [connectMongo({ url, database }), connectMongo({ url, database })];
    const logs = [history, ...others].map(({ log }) => log);
    const disposeAll = async (): Promise<void> => {
      await Promise.all(others.map((other) => other.stop()));
      await dispose();
    };
    return { stores: { ...memoryStores(), log: inTurn(logs) }, dispose: disposeAll };
  },
});

/** Takes each call to the next log, as a load balancer does. */
function inTurn(logs: readonly ConversationLog[]): ConversationLog {
  let calls = 0;
  return new Proxy(logs[0] ?? memoryStores().log, {
    get: (_, method) => {
      const log = logs[calls++ % logs.length];
      const found: unknown = log && Reflect.get(log, method, log);
      return typeof found === 'function' ? found.bind(log) : found;
    },
  });
}
