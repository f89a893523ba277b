import { createHash } from 'node:crypto';
import { AdapterFailure, type RandomSource, type Timers } from '@sealpost/domain';
import { Cluster, Redis } from 'ioredis';
import type { Settings } from './options.ts';
import { pauseMs } from './pauses.ts';
import { redisFault } from './redis-fault.ts';
import { within } from './within.ts';

export interface CommandPorts {
  readonly timers: Timers;
  readonly random: RandomSource;
}

/** A script in Lua on the keys of one hash slot. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

export const script = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
});

/** So many calls may wait for an answer: a Redis that hangs costs bounded memory (G16). */
const mostWaiting = 5_000;

/**
 * The connections for commands, one to each server that is asked. A call ends within `answerMs`; nothing waits for a
 * connection that is down. What broke is connected again after pauses that grow.
 */
export class Commands {
  readonly #settings: Settings;
  readonly #ports: CommandPorts;
  readonly #client: Redis | Cluster;
  #opened: Promise<void> | null = null;
  #waiting = 0;
  #stopped = false;
  /** Why the last connection could not be made or broke. */
  #lastError: unknown = null;

  constructor(settings: Settings, ports: CommandPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#client = settings.cluster ? this.#cluster() : this.#single();
    // Without a listener the driver prints errors. Each of them also fails a call.
    const keep = (error: unknown): void => void (this.#lastError = error);
    this.#client.on('error', keep).on('node error', keep);
  }

  /** Rejects with an `AdapterFailure` that holds no value of the call. */
  async run<T>(operation: string, call: (client: Redis | Cluster) => Promise<T>): Promise<T> {
    try {
      return await within(this.#ports.timers, this.#settings.answerMs, operation, this.#call(call));
    } catch (error) {
      throw this.#fault(operation, error);
    }
  }

  /** Runs a script on the keys that begin with `key`, whose hash tag names their slot. */
  eval(operation: string, { text, sha }: Script, key: string, args: string[]): Promise<unknown> {
    return this.run(operation, async (client) => {
      try {
        return await client.evalsha(sha, 1, key, ...args);
      } catch (error) {
        // Redis keeps scripts in memory only.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return client.eval(text, 1, key, ...args);
      }
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#client.disconnect();
  }

  async #call<T>(call: (client: Redis | Cluster) => Promise<T>): Promise<T> {
    if (this.#stopped) throw this.#failure('stopped');
    if (this.#waiting >= mostWaiting) throw this.#failure('too_many_waiting');
    this.#waiting += 1;
    try {
      this.#opened ??= this.#open();
      if (this.#client.status !== 'ready') await this.#opened;
      return await call(this.#client);
    } finally {
      // Only now: what was given up but not answered is still remembered by the driver.
      this.#waiting -= 1;
    }
  }

  /** The driver goes on trying by itself; whether the first attempt succeeded shows with the call. */
  async #open(): Promise<void> {
    const opened = this.#client.connect().catch(() => undefined);
    await within(this.#ports.timers, this.#settings.answerMs, 'connect', opened).catch(() => {});
  }

  #failure(detail: string): AdapterFailure {
    return new AdapterFailure({ adapter: 'redis', operation: '', retryable: true, detail });
  }

  /** The driver says of a call only that there is no connection, and why there is none to its listeners. */
  #fault(operation: string, error: unknown): AdapterFailure {
    const fault = redisFault(operation, error);
    return fault.detail === 'not_connected'
      ? redisFault(operation, this.#lastError ?? error)
      : fault;
  }

  #single(): Redis {
    return new Redis({
      ...this.#settings.endpoints[0],
      ...this.#common(),
      enableOfflineQueue: false,
    });
  }

  #cluster(): Cluster {
    const { endpoints, answerMs } = this.#settings;
    const [{ host: _host, port: _port, db: _db, ...access }] = endpoints;
    return new Cluster(
      endpoints.map(({ host, port }) => ({ host, port })),
      {
        redisOptions: { ...access, ...this.#common() },
        // A certificate is for a name, so names are not turned into addresses here.
        ...(access.tls ? { dnsLookup: (name, found) => found(null, name) } : {}),
        lazyConnect: true,
        enableOfflineQueue: false,
        clusterRetryStrategy: (failures) => this.#pauseMs(failures),
        slotsRefreshTimeout: answerMs,
        slotsRefreshInterval: this.#settings.checkMs,
      },
    );
  }

  #common() {
    const { answerMs } = this.#settings;
    return {
      lazyConnect: true,
      connectTimeout: answerMs,
      commandTimeout: answerMs,
      // One that hangs is replaced: the driver remembers what it sent until there is an answer.
      socketTimeout: answerMs,
      // What was sent when a connection breaks has failed; nobody knows whether it was done.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (failures: number) => this.#pauseMs(failures),
      // A server that became a replica under the same name keeps its connections.
      reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    };
  }

  #pauseMs(failures: number): number {
    return pauseMs(this.#ports.random, this.#settings.reconnectMs, failures);
  }
}
