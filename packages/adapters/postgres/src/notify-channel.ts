import type { RandomSource, Timers } from '@sealpost/domain';
import pg from 'pg';
import { ask } from './ask.ts';
import { DriverFault } from './driver-fault.ts';
import { schemaOf, type PostgresOptions } from './options.ts';

export interface ChannelOptions extends Pick<PostgresOptions, 'url' | 'schema'> {
  /** How long a connection and every answer on it may take, by default 5,000 ms. */
  readonly answerMs?: number;
  /** How often it is asked whether it still answers, by default every 5,000 ms. */
  readonly checkMs?: number;
  /** The longest pause before another try to connect, by default 2,000 ms. */
  readonly reconnectMs?: number;
}

export interface ChannelPorts {
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly received: (payload: string) => void;
  /** It is up; `again`: after a time in which notifications may have been missed. */
  readonly up: (again: boolean) => void;
  /** It answers, and what had been notified before was received. */
  readonly checked: () => void;
  readonly failed: (fault: unknown) => void;
}

const defaults = { answerMs: 5_000, checkMs: 5_000, reconnectMs: 2_000 };
const firstPauseMs = 50;
const applicationName = 'sealpost hints';

/** What is told is lost with the connection anyway: nobody waits for a disk. */
const SETTINGS = 'SET synchronous_commit = off';
const NOTIFY = {
  name: 'fan_out.notify',
  text: 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload',
};

/**
 * One connection on which this process listens to the others and tells them: the channel bears the schema's name. It is
 * looked after: one that breaks, or no longer answers, is replaced, after pauses that grow.
 */
export class NotifyChannel {
  readonly #options: Required<ChannelOptions>;
  readonly #ports: ChannelPorts;
  #opened: Promise<void> | null = null;
  #client: pg.Client | null = null;
  #closed = false;
  #wasUp = false;
  #failures = 0;
  #cancel: () => void = () => undefined;

  constructor(options: ChannelOptions, ports: ChannelPorts) {
    this.#options = { ...defaults, ...options, schema: schemaOf(options) };
    this.#ports = ports;
  }

  get isUp(): boolean {
    return this.#client !== null;
  }

  /** Rejects when the first connection cannot be made; it is tried again nevertheless. Repeating it changes nothing. */
  open(): Promise<void> {
    this.#opened ??= this.#connect();
    return this.#opened;
  }

  /** Resolves when Postgres has taken the payloads. */
  async notify(payloads: readonly string[]): Promise<void> {
    const client = this.#client;
    try {
      if (!client) throw new Error('there is no connection');
      const { schema, answerMs } = this.#options;
      await ask(client, { ...NOTIFY, values: [schema, payloads] }, answerMs);
    } catch (error) {
      const fault = new DriverFault(error);
      if (client && fault.brokeConnection) this.#broken(client, fault);
      throw fault.asAdapterFailure('notify');
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    const client = this.#client;
    this.#client = null;
    // One that is just being made ends itself.
    await Promise.all([this.#opened?.catch(() => undefined), client && end(client)]);
  }

  async #connect(): Promise<void> {
    const { url, schema, answerMs } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: answerMs,
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => this.#ports.received(payload ?? ''));
    client.on('error', (error) => this.#broken(client, new DriverFault(error)));
    client.on('end', () => this.#broken(client, new DriverFault(null)));
    try {
      await client.connect();
      const text = `${SETTINGS}; LISTEN ${client.escapeIdentifier(schema)}`;
      await ask(client, { text }, answerMs);
    } catch (error) {
      void end(client);
      this.#connectLater();
      throw new DriverFault(error).asAdapterFailure('listen');
    }
    if (this.#closed) return end(client);
    this.#client = client;
    this.#failures = 0;
    const again = this.#wasUp;
    this.#wasUp = true;
    this.#checkLater(client);
    this.#ports.up(again);
  }

  #broken(client: pg.Client, fault: DriverFault): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#cancel();
    void end(client);
    this.#ports.failed(fault.asAdapterFailure('listen'));
    this.#connectLater();
  }

  /** All processes lose their connections at once when Postgres restarts, and do not come back at once. */
  #connectLater(): void {
    if (this.#closed) return;
    const pauseMs = Math.min(this.#options.reconnectMs, firstPauseMs * 2 ** this.#failures++);
    const [drawn = 0] = this.#ports.random.bytes(1);
    this.#cancel = this.#ports.timers.after(Math.ceil((pauseMs * (drawn + 1)) / 256), () => {
      void this.#connect().catch((fault: unknown) => this.#ports.failed(fault));
    });
  }

  #checkLater(client: pg.Client): void {
    this.#cancel = this.#ports.timers.after(this.#options.checkMs, () => {
      ask(client, { text: 'SELECT' }, this.#options.answerMs).then(
        () => this.#checked(client),
        (error: unknown) => this.#broken(client, new DriverFault(error)),
      );
    });
  }

  #checked(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#checkLater(client);
    this.#ports.checked();
  }
}

/** Ending a broken connection may fail; there is nothing left to tell. */
const end = (client: pg.Client): Promise<void> => client.end().catch(() => undefined);
