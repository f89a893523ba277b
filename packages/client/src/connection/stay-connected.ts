import {
  type ClientAnswer,
  type ClientEvents,
  type ClientPayload,
  protocolVersion,
  type ServerEvents,
  type ServerPayload,
  type WireRefusal,
} from '@sealpost/protocol';
import { backoffMs } from '../core/backoff.ts';
import type { Core } from '../core/ports.ts';
import { SealpostError } from '../core/sealpost-error.ts';
import type { Session } from '../session/session.ts';
import { type Connection, NoAnswer } from '../transport/transport.port.ts';

const reconnect = { firstMs: 500, longestMs: 30_000 };
/** A token is renewed over the connection so long before it ends. */
const renewBeforeMs = 90_000;
/** And not sooner after the last time, whatever the clocks of the two sides say. */
const renewEveryMs = 20_000;
/** A connection that lasts so long was a good one: after it, one comes back quickly again. */
const goodMs = 30_000;

/** What is not answered for so long was not turned down: nothing came back. */
const silenceMs = 5_000;

/** A handshake that was given up may arrive so late. */
const lateMs = 60_000;

/** Refusals and reasons after which coming back by oneself is useless or harmful. */
const finalReasons: ReadonlySet<string> = new Set([
  'superseded',
  'session_revoked',
  'upgrade_required',
  'device_pending',
]);

/** Handles what the server sends. Called in the order of arrival; the next event waits for nobody. */
export type EventHandlers = {
  readonly [E in keyof ServerEvents]?: (payload: ServerPayload<E>) => void;
};

/** Holds one connection: reconnects with backoff and jitter, renews the token, says why it ended. */
export class StayConnected {
  readonly #core: Core;
  readonly #session: Session;
  readonly #handlers: EventHandlers;
  #wanted = false;
  /** Counts the attempts: what comes late of one before the last is not for now. */
  #round = 0;
  #connection: Connection | null = null;
  #attempt = 0;
  #openedAt: number | null = null;
  #skipsEcho = false;
  /** When an attempt was given up last: a server may still let it in, in the place of the one that followed. */
  #gaveUpAt = -Infinity;
  #reason: string | null = null;
  #retryAfterMs: number | null = null;
  #cancel: () => void = () => undefined;
  #cancelRenewal: () => void = () => undefined;

  constructor(core: Core, session: Session, handlers: EventHandlers) {
    this.#core = core;
    this.#session = session;
    this.#handlers = handlers;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#open();
  }

  /** Connects anew, with the token that there is by now. */
  restart(): void {
    this.stop();
    this.#connection = null;
    this.#attempt = 0;
    this.start();
  }

  /** Ends the connection and stays away. */
  stop(): void {
    this.#wanted = false;
    this.#cancel();
    this.#cancelRenewal();
    if (this.#connection && this.#openedAt === null) this.#gaveUp();
    this.#openedAt = null;
    this.#connection?.close();
  }

  get isOpen(): boolean {
    return this.#connection !== null;
  }

  /** Whether the server can leave out what this connection sent of what it pushes to it. */
  get skipsEcho(): boolean {
    return this.#skipsEcho;
  }

  /** Rejects with `no_answer` when there is no connection or no answer. */
  async send<E extends keyof ClientEvents>(
    name: E,
    payload: ClientPayload<E>,
  ): Promise<ClientAnswer<E>> {
    const connection = this.#connection;
    if (!connection) throw new SealpostError('offline', 'no_answer');
    const sentAt = this.#core.clock.monotonic();
    try {
      return await connection.send(name, payload);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // Half-open, as far as anybody can tell: another one is there long before the transport notices.
      const silent = this.#core.clock.monotonic() - sentAt >= silenceMs;
      if (silent && connection === this.#connection) connection.close();
      throw new SealpostError('offline', 'no_answer');
    }
  }

  async #open(): Promise<void> {
    const round = ++this.#round;
    this.#core.events.emit('connection', { state: 'connecting', reason: null });
    this.#reason = null;
    this.#retryAfterMs = null;
    try {
      const accessToken = await this.#session.accessToken();
      if (!this.#wanted || round !== this.#round) return;
      const handshake = {
        protocol: protocolVersion.highest,
        accessToken,
        suites: [this.#core.engine.suite],
      };
      this.#connection = this.#core.transport.connect(handshake, {
        event: (name, payload) => round === this.#round && this.#event(name, payload),
        closed: ({ refusal }) => round === this.#round && this.#closed(refusal, accessToken),
      });
    } catch (error) {
      if (round !== this.#round) return;
      const lost = error instanceof SealpostError && error.code === 'not_logged_in';
      if (lost) this.#wanted = false;
      else this.#later();
    }
  }

  #event<E extends keyof ServerEvents>(name: E, payload: ServerPayload<E>): void {
    if (name === 'hello') this.#opened(payload as ServerPayload<'hello'>);
    if (name === 'closing') {
      const { reason, retryAfterMs } = payload as ServerPayload<'closing'>;
      this.#reason = reason;
      this.#retryAfterMs = retryAfterMs;
    }
    this.#handlers[name]?.(payload);
  }

  #opened({ skipsEcho = false }: ServerPayload<'hello'>): void {
    this.#skipsEcho = skipsEcho;
    this.#openedAt = this.#core.clock.monotonic();
    this.#core.events.emit('connection', { state: 'online', reason: null });
    this.#scheduleRenewal();
  }

  #closed(refusal: WireRefusal | null, accessToken: string): void {
    this.#connection = null;
    this.#cancelRenewal();
    const { clock } = this.#core;
    // A server that lets in and closes at once is not asked again and again without a pause.
    if (this.#openedAt === null && refusal === null) this.#gaveUp();
    const wasGood = this.#openedAt !== null && clock.monotonic() - this.#openedAt >= goodMs;
    // One that goes for a while says itself when to come: a rolling restart sends everybody away several times.
    if (wasGood || (this.#openedAt !== null && this.#reason === 'draining')) this.#attempt = 0;
    this.#openedAt = null;
    const reason = this.#reason ?? refusal?.code ?? null;
    this.#core.events.emit('connection', { state: 'offline', reason });
    if (refusal && 'retryAfterMs' in refusal) this.#retryAfterMs = refusal.retryAfterMs;
    if (reason !== null && finalReasons.has(reason) && !this.#isByItself(reason)) {
      this.#wanted = false;
      if (reason === 'session_revoked') this.#session.over(reason);
      return;
    }
    if (refusal?.code === 'unauthenticated') this.#session.forgetAccess(accessToken);
    this.#later();
  }

  #gaveUp(): void {
    this.#gaveUpAt = this.#core.clock.monotonic();
  }

  /** Whether it may have been an own attempt that took the place, and not another copy of this device. */
  #isByItself(reason: string): boolean {
    return reason === 'superseded' && this.#core.clock.monotonic() - this.#gaveUpAt < lateMs;
  }

  #later(): void {
    if (!this.#wanted) return;
    const told = this.#retryAfterMs ?? 0;
    // Who goes for a while has spread its clients already.
    const isSpread = told > 0 && this.#reason === 'draining';
    const wait = isSpread ? told : told + backoffMs(this.#core.random, this.#attempt++, reconnect);
    this.#cancel = this.#core.timers.after(wait, () => void this.#open());
  }

  #scheduleRenewal(): void {
    const endsAt = this.#session.accessEndsAt;
    if (endsAt === null) return;
    const wait = Math.max(renewEveryMs, endsAt - this.#core.clock.now() - renewBeforeMs);
    this.#cancelRenewal();
    this.#cancelRenewal = this.#core.timers.after(wait, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    try {
      await this.#session.renew();
      await this.send('authenticate', { accessToken: await this.#session.accessToken() });
    } catch {
      // The connection ends with its token then, and the next one is made with a new one.
    }
    if (this.#connection) this.#scheduleRenewal();
  }
}
