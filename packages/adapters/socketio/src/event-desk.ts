import type { Clock, Meter } from '@sealpost/domain';
import {
  clientEvents,
  type ClientEvents,
  type SocketPacket,
  type WireRefusal,
} from '@sealpost/protocol';
import type { Connection } from './connection.ts';
import {
  type ClientRequests,
  type DeepReadonly,
  issuesOf,
  type RequestAnswer,
} from '@sealpost/protocol/edge';
import type { SocketOptions } from './options.ts';
import { reportFault } from './report-fault.ts';
import type { SocketConnections } from './socket-connections.ts';
import type { TransportLog } from './transport-record.ts';

export interface EventDeskPorts {
  readonly connections: SocketConnections;
  readonly requests: ClientRequests;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: TransportLog;
  readonly options: SocketOptions;
}

/** A client that has too much on its way hears soon when there is room again. */
const crowdedRetryMs = 250;
const closedRetryMs = 1_000;

const isEvent = (name: unknown): name is keyof ClientEvents =>
  typeof name === 'string' && Object.hasOwn(clientEvents, name);
const refusal = (error: DeepReadonly<WireRefusal>): RequestAnswer => ({ ok: false, error });

/** Takes what clients send: looks whether it may be taken, has it worked on, and answers, whatever happens. */
export class EventDesk {
  readonly #ports: EventDeskPorts;
  #closed = false;
  #inFlight = 0;
  #whenIdle: (() => void)[] = [];

  constructor(ports: EventDeskPorts) {
    this.#ports = ports;
  }

  /** Events that are being worked on. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes nothing new from now on; resolves when everything taken is answered. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  /** A name, its arguments, and the number under which the client wants an answer. */
  take(connection: Connection, { data, id }: SocketPacket): void {
    if (!connection.open) return;
    if (id === undefined) return this.#violated(connection);
    const busy = this.#busy(connection);
    if (busy) return connection.answer(id, refusal(busy));
    const [name, payload, ...more] = data as readonly unknown[];
    if (!isEvent(name)) {
      connection.answer(id, refusal({ code: 'unknown_call' }));
      return this.#violated(connection);
    }
    if (payload === undefined || more.length > 0) {
      const issues = [{ path: '', problem: 'must be one payload' }];
      return connection.answer(id, refusal({ code: 'invalid_request', issues }));
    }
    this.#read(connection, name, payload, id);
  }

  #busy(connection: Connection): WireRefusal | null {
    const { clock, meter, options } = this.#ports;
    if (this.#closed) return { code: 'unavailable', retryAfterMs: closedRetryMs };
    if (this.#inFlight >= options.eventsInFlightInAll)
      return { code: 'unavailable', retryAfterMs: crowdedRetryMs };
    const waitMs = connection.flood.event(clock.monotonic());
    if (waitMs === 0 && connection.inFlight < options.eventsInFlight) return null;
    meter.count('floods_refused');
    return { code: 'rate_limited', retryAfterMs: Math.max(waitMs, crowdedRetryMs) };
  }

  #read<E extends keyof ClientEvents>(
    connection: Connection,
    event: E,
    payload: unknown,
    id: number,
  ): void {
    const schema = clientEvents[event].payload;
    const read = schema.safeParse(payload);
    if (!read.success) {
      const issues = issuesOf(read.error.issues, schema, null);
      return connection.answer(id, refusal({ code: 'invalid_request', issues }));
    }
    void this.#work(connection, event, read.data, id);
  }

  async #work(
    connection: Connection,
    event: keyof ClientEvents,
    payload: unknown,
    id: number,
  ): Promise<void> {
    const { log, requests } = this.#ports;
    const request = requests[event] as (of: Connection, payload: unknown) => Promise<RequestAnswer>;
    connection.inFlight += 1;
    this.#inFlight += 1;
    let worked: RequestAnswer;
    try {
      worked = await request(connection, payload);
    } catch (thrown) {
      worked = refusal(reportFault(thrown, event, log));
    }
    connection.inFlight -= 1;
    this.#inFlight -= 1;
    try {
      connection.answer(id, worked);
    } catch (thrown) {
      reportFault(thrown, 'answer', log);
    }
    if (this.#inFlight === 0) this.#idle();
  }

  #idle(): void {
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const go of waiting) go();
  }

  #violated(connection: Connection): void {
    connection.violations += 1;
    if (connection.violations >= this.#ports.options.maxViolations)
      this.#ports.connections.close(connection, 'protocol_error');
  }
}
