import type { Clock, Meter } from '@sealpost/domain';
import { clientEvents, type ClientEvents, type WireRefusal } from '@sealpost/protocol';
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

type Answer = (answer: RequestAnswer) => void;

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

  /** An event as Socket.io hands it over: its name, its arguments and, if the client wants an answer, a function. */
  take(connection: Connection, event: readonly unknown[]): void {
    if (!connection.open) return;
    const [name, payload] = event;
    const last = event.at(-1);
    const answer = event.length > 1 && typeof last === 'function' ? (last as Answer) : null;
    if (answer === null) return this.#violated(connection);
    const busy = this.#busy(connection);
    if (busy) return answer(refusal(busy));
    if (!isEvent(name)) {
      answer(refusal({ code: 'unknown_call' }));
      return this.#violated(connection);
    }
    if (event.length !== 3) {
      const issues = [{ path: '', problem: 'must be one payload' }];
      return answer(refusal({ code: 'invalid_request', issues }));
    }
    this.#read(connection, name, payload, answer);
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
    answer: Answer,
  ): void {
    const schema = clientEvents[event].payload;
    const read = schema.safeParse(payload);
    if (!read.success) {
      const issues = issuesOf(read.error.issues, schema, null);
      return answer(refusal({ code: 'invalid_request', issues }));
    }
    void this.#work(connection, event, read.data, answer);
  }

  async #work(
    connection: Connection,
    event: keyof ClientEvents,
    payload: unknown,
    answer: Answer,
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
      connection.gather();
      answer(worked);
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
