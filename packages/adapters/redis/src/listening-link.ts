import type { AdapterFailure, Timers } from '@sealpost/domain';
import { Redis } from 'ioredis';
import type { Endpoint, Settings } from './options.ts';
import { redisFault } from './redis-fault.ts';
import { within } from './within.ts';

/** Where to listen to which channels. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly channels: readonly string[];
}

export interface LinkPorts {
  readonly timers: Timers;
  readonly received: (payload: Buffer) => void;
  /** Once, when it no longer listens; not after `close`. */
  readonly broke: (link: ListeningLink, fault: unknown) => void;
}

/** One connection that listens. It ends when it breaks, no longer answers, or its server no longer has its channels. */
export class ListeningLink {
  readonly channels: readonly string[];
  readonly #settings: Settings;
  readonly #ports: LinkPorts;
  readonly #redis: Redis;
  #isOver = false;
  #lastError: unknown = null;
  #cancelCheck: () => void = () => undefined;

  /** Resolves when it listens to all channels; rejects with an `AdapterFailure`. */
  static async open(place: Place, settings: Settings, ports: LinkPorts): Promise<ListeningLink> {
    const link = new ListeningLink(place, settings, ports);
    try {
      await within(ports.timers, settings.answerMs, 'listen', link.#listen());
    } catch (error) {
      link.close();
      throw link.#fault(error);
    }
    link.#checkLater();
    return link;
  }

  private constructor({ endpoint, channels }: Place, settings: Settings, ports: LinkPorts) {
    this.channels = channels;
    this.#settings = settings;
    this.#ports = ports;
    const { answerMs } = settings;
    this.#redis = new Redis({
      ...endpoint,
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      connectTimeout: answerMs,
      commandTimeout: answerMs,
      // Another one is made instead, at the place that is right by then.
      retryStrategy: () => null,
    });
    const received = (_channel: unknown, payload: Buffer): void => ports.received(payload);
    this.#redis
      .on('messageBuffer', received)
      .on('smessageBuffer', received)
      .on('error', (error: unknown) => (this.#lastError = error))
      // A cluster says so of channels that it moved to another server.
      .on('moved', () => this.#broke(null))
      .on('end', () => this.#broke(null));
  }

  close(): void {
    this.#isOver = true;
    this.#cancelCheck();
    this.#redis.disconnect();
  }

  async #listen(): Promise<void> {
    await this.#redis.connect();
    await Promise.all(
      this.channels.map((channel) =>
        this.#settings.cluster ? this.#redis.ssubscribe(channel) : this.#redis.subscribe(channel),
      ),
    );
    // It may have ended while it was subscribing.
    if (this.#isOver) throw this.#fault(null);
  }

  #checkLater(): void {
    this.#cancelCheck = this.#ports.timers.after(this.#settings.checkMs, () => {
      within(this.#ports.timers, this.#settings.answerMs, 'listen', this.#redis.ping()).then(
        () => this.#isOver || this.#checkLater(),
        (error: unknown) => this.#broke(error),
      );
    });
  }

  #broke(error: unknown): void {
    if (this.#isOver) return;
    this.close();
    this.#ports.broke(this, this.#fault(error));
  }

  #fault(error: unknown): AdapterFailure {
    return redisFault('listen', error ?? this.#lastError ?? new Error('it broke'));
  }
}
