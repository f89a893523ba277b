import {
  type AccessClaims,
  AdapterFailure,
  defaultLimits,
  type Limits,
  ok,
  type Result,
  type Throttle,
  type UseCases,
} from '@sealpost/domain';
import {
  type CallName,
  calls,
  clientEvents,
  type ClientEvents,
  type Handshake,
  protocolVersion,
  type WireRefusal,
} from '@sealpost/protocol';
import {
  type Admitted,
  admittedBy,
  askerOf,
  type CallPorts,
  checkedInput,
  claimsFor,
  clientRequests,
  type ClientRequests,
  handlerOf,
  Introduction,
  type Refused,
} from '@sealpost/protocol/edge';
import { Life } from '../core/life.ts';
import { LocalTime } from '../core/local-time.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Dice } from '../core/dice.ts';
import type { Link } from '../network/link.ts';
import type { Sabotage } from '../sabotage.ts';
import type { Witness } from '../testimony.ts';
import { composeProcess, type ComposedProcess } from './compose-process.ts';
import type { Database } from './database.ts';
import { every } from './every.ts';
import type { FanOutBus } from './fan-out-bus.ts';
import { type SimConnection, SimConnections } from './sim-connections.ts';

export interface ProcessSurroundings {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly database: Database;
  readonly bus: FanOutBus;
  readonly sabotage: Sabotage;
  readonly witness: Witness;
  readonly keepMs: number;
  readonly limits: Partial<Limits>;
  readonly throttle: Throttle;
}

export interface Request {
  readonly name: CallName;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly token: string | null;
}

type Answer = Result<unknown, Refused>;

const noCookies = {
  wanted: false,
  checkOrigin: () => ok(null),
  refreshToken: () => ({ ok: false, error: { code: 'invalid_token' } }) as const,
  successorOf: (token: string) => token,
  hold: () => '',
  drop: () => undefined,
};

const rosterWorkMs = 10_000;
const careMs = 5_000;
const cuttingMs = 60_000;
const retryAfterMs = 500;

/** One server process: the whole domain over what it shares with the others, and its connections. */
export class SimProcess {
  readonly id: number;
  readonly life = new Life();
  readonly time: LocalTime;
  readonly connections: SimConnections;
  readonly #around: ProcessSurroundings;
  readonly #composed: ComposedProcess;
  readonly #useCases: UseCases;
  readonly #requests: ClientRequests;
  #incarnation = 0;
  #unfinished = 0;
  #ready = false;
  #draining = false;

  constructor(id: number, around: ProcessSurroundings, skewMs: number) {
    const { timeline, dice, database, bus, sabotage, witness, keepMs, limits } = around;
    this.id = id;
    this.#around = around;
    this.time = new LocalTime(timeline, this.life, skewMs);
    this.connections = new SimConnections(id, witness);
    const reached = database.reachedBy(this.life);
    const stores = sabotage.stores?.(reached, { dice }) ?? reached;
    const fanOut = bus.endOf(this.life);
    const parts = {
      stores,
      fanOut: sabotage.fanOut?.(fanOut) ?? fanOut,
      connections: sabotage.connections?.(this.connections) ?? this.connections,
      connected: () => this.connections.all(),
      time: this.time,
      random: dice,
      limits: { ...defaultLimits, ...limits },
      keepMs,
      incarnation: () => this.#incarnation,
      failed: (fault: unknown) => this.failed(fault),
      wakeRosterWork: () => void this.#workRoster().catch(this.failed),
    };
    this.#composed = composeProcess(parts);
    const { useCases } = this.#composed;
    this.#useCases = sabotage.useCases?.(useCases, { stores, dice }) ?? useCases;
    this.connections.left = ({ ref, serial }) => this.#useCases.holdConnections.ended(ref, serial);
    this.#requests = clientRequests(this.#useCases, around.throttle);
  }

  /** Whether it takes new connections and calls. */
  get accepts(): boolean {
    return this.life.alive && this.#ready && !this.#draining;
  }

  get unfinished(): number {
    return this.#unfinished;
  }

  /** Starts over what is stored; a process that cannot read it tries again. */
  start(): void {
    void this.#start().catch(() => this.time.after(1_000, () => this.start()));
  }

  async #start(): Promise<void> {
    const { database, witness } = this.#around;
    const { deliverEntries, revokedSessions, cutExpired } = this.#composed;
    const { failed } = this;
    this.#incarnation = await database.reachedBy(this.life).deployment.incarnation();
    await revokedSessions.start();
    deliverEntries.start();
    this.#useCases.holdConnections.start();
    await this.#composed.receiveHints.start();
    every(rosterWorkMs, this.time, () => this.#workRoster(), failed);
    every(cuttingMs, this.time, () => cutExpired.step(), failed);
    every(careMs, this.time, () => this.#careForConnections(), failed);
    this.#ready = true;
    witness({ kind: 'process', process: this.id, became: 'up', unfinished: 0 });
  }

  readonly failed = (fault: unknown): void => {
    this.#failed('in the background', fault);
  };

  /** Ends at once, in the middle of whatever it does. */
  crash(): void {
    if (!this.life.alive) return;
    const unfinished = this.#unfinished;
    this.life.end();
    for (const connection of this.connections.all()) connection.link.close();
    this.#around.witness({ kind: 'process', process: this.id, became: 'crashed', unfinished });
  }

  /** Takes nothing new, finishes what it has, sends its connections away, and ends. */
  drain(): void {
    if (!this.life.alive || this.#draining) return;
    this.#draining = true;
    this.#told('draining');
    this.#leaveWhenDone();
  }

  #leaveWhenDone(): void {
    if (this.#unfinished > 0) {
      this.time.after(50, () => this.#leaveWhenDone());
      return;
    }
    for (const connection of this.connections.all()) this.connections.close(connection, 'draining');
    this.time.after(100, () => {
      this.#told('stopped');
      this.life.end();
    });
  }

  /** Answers one call; never rejects. */
  async serve(request: Request): Promise<Answer> {
    if (!this.accepts) return this.#refused({ code: 'unavailable', retryAfterMs });
    let caller: AccessClaims | null = null;
    const answer = await this.#finished(request.name, async () => {
      const call = calls[request.name];
      if (call.access !== 'anybody') {
        const claims = await claimsFor(call, request.token ?? '', this.#useCases);
        if (!claims.ok) return claims;
        caller = claims.value;
      }
      const input = checkedInput(call, request);
      if (!input.ok) return input;
      const asker = caller === null ? {} : askerOf(caller);
      const asked = { ...input.value, ...asker, cookies: noCookies, network: 'anywhere' };
      return handlerOf(request.name)(asked, this.#callPorts());
    });
    this.#answered(request.name, caller, request, answer);
    return answer;
  }

  /** Lets a connection in, or says why not. */
  async connect(handshake: Handshake, link: Link): Promise<WireRefusal | null> {
    if (!this.accepts) return { code: 'unavailable', retryAfterMs };
    const admitted = await this.#finished('handshake', () =>
      admittedBy(handshake.accessToken ?? '', handshake, this.#useCases),
    );
    if (!admitted.ok) return admitted.error as WireRefusal;
    if (!this.accepts) return { code: 'unavailable', retryAfterMs };
    this.#welcome(admitted.value as Admitted, link);
    return null;
  }

  #welcome({ account, device, session, suites, expiresAt }: Admitted, link: Link): void {
    const connection: SimConnection = {
      ref: { account, device },
      session,
      suites,
      expiresAt,
      open: true,
      serial: 0,
      link: {
        push: (push) => link.say('client', push),
        answer: (request, answer) => link.say('client', { request, answer }),
        close: () => link.hangUp('server'),
        get behind() {
          return link.isBehind;
        },
        get healthy() {
          return link.healthy;
        },
      },
    };
    link.attach('server', {
      receive: (message) => this.#take(connection, message),
      over: () => this.connections.gone(connection),
    });
    const incarnation = this.#incarnation;
    const hello = { protocol: protocolVersion.highest, incarnation, time: this.time.now() };
    connection.link.push({ event: 'hello', payload: { ...hello, account, device } });
    this.connections.join(connection);
    connection.serial = this.#useCases.holdConnections.opened(connection.ref);
    this.#introduce(connection, new Introduction(connection.ref, suites, this.#useCases));
  }

  #introduce(connection: SimConnection, introduction: Introduction): void {
    if (!connection.open || introduction.done) return;
    const again = (): void => this.#introduce(connection, introduction);
    introduction.step().then(
      (pushes) => {
        for (const push of pushes) this.connections.push(connection, push);
        again();
      },
      (fault: unknown) => {
        this.failed(fault);
        this.time.after(1_000, again);
      },
    );
  }

  #take(connection: SimConnection, message: unknown): void {
    if (!this.life.alive || !connection.open) return;
    const { request, name, payload } = message as {
      request: number;
      name: keyof ClientEvents;
      payload: unknown;
    };
    void this.#handled(connection, name, payload).then((answer) => {
      if (connection.open) connection.link.answer(request, answer);
    });
  }

  async #handled<E extends keyof ClientEvents>(
    connection: SimConnection,
    name: E,
    payload: unknown,
  ): Promise<Answer> {
    if (this.#draining) return this.#refused({ code: 'unavailable', retryAfterMs });
    const checked = clientEvents[name].payload.parse(payload);
    const request = this.#requests[name] as (
      of: SimConnection,
      payload: unknown,
    ) => Promise<Answer>;
    const answer = await this.#finished(name, () => request(connection, checked));
    const { ref, session, expiresAt } = connection;
    const caller = { ...ref, session, certified: true, expiresAt };
    this.#answered(name, caller, checked, answer);
    return answer;
  }

  async #finished(what: string, work: () => Promise<Answer>): Promise<Answer> {
    this.#unfinished += 1;
    try {
      return await work();
    } catch (fault) {
      return this.#refused(this.#failed(what, fault));
    } finally {
      this.#unfinished -= 1;
    }
  }

  #failed(where: string, fault: unknown): WireRefusal {
    if (fault instanceof AdapterFailure) return { code: 'unavailable', retryAfterMs };
    this.#around.witness({ kind: 'bug', where, error: fault });
    return { code: 'internal' };
  }

  #refused(error: WireRefusal): Answer {
    return { ok: false, error };
  }

  #answered(
    what: CallName | keyof ClientEvents,
    caller: AccessClaims | null,
    asked: unknown,
    answer: Answer,
  ): void {
    if (this.life.alive)
      this.#around.witness({ kind: 'answered', process: this.id, what, caller, asked, answer });
  }

  #told(became: 'draining' | 'stopped'): void {
    const unfinished = this.#unfinished;
    this.#around.witness({ kind: 'process', process: this.id, became, unfinished });
  }

  #callPorts(): CallPorts {
    const limits = { ...defaultLimits, ...this.#around.limits };
    return { useCases: this.#useCases, clock: this.time, limits, throttle: this.#around.throttle };
  }

  async #workRoster(): Promise<void> {
    await this.#composed.rosterTasks.run();
  }

  async #careForConnections(): Promise<void> {
    for (const connection of this.connections.all())
      if (connection.expiresAt <= this.time.now())
        this.connections.close(connection, 'token_expired');
  }
}
