import {
  type AccessClaims,
  defaultLimits,
  type Limits,
  ok,
  type Throttle,
  type UseCases,
} from '@sealpost/domain';
import { type CallName, calls, type Handshake, type WireRefusal } from '@sealpost/protocol';
import {
  askerOf,
  type CallPorts,
  checkedInput,
  claimsFor,
  handlerOf,
} from '@sealpost/protocol/edge';
import type { Dice } from '../core/dice.ts';
import { Life } from '../core/life.ts';
import { LocalTime } from '../core/local-time.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Link } from '../network/link.ts';
import type { Sabotage } from '../sabotage.ts';
import type { Witness } from '../testimony.ts';
import { composeProcess, type ComposedProcess } from './compose-process.ts';
import type { Database } from './database.ts';
import { type Answer, Desk, retryAfterMs } from './desk.ts';
import { every } from './every.ts';
import type { FanOutBus } from './fan-out-bus.ts';
import { SimConnections } from './sim-connections.ts';
import { SimSockets } from './sim-sockets.ts';
import { SimTokens } from './sim-tokens.ts';

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
const cuttingMs = 15_000;

/** One server process: the whole domain over what it shares with the others, and its connections. */
export class SimProcess {
  readonly id: number;
  readonly life = new Life();
  readonly time: LocalTime;
  readonly connections: SimConnections;
  readonly #around: ProcessSurroundings;
  readonly #composed: ComposedProcess;
  readonly #tokens: SimTokens;
  readonly #useCases: UseCases;
  readonly #desk: Desk;
  readonly #sockets: SimSockets;
  #incarnation = 0;
  #ready = false;
  #draining = false;

  constructor(id: number, around: ProcessSurroundings, skewMs: number) {
    const { timeline, dice, database, bus, sabotage, witness, keepMs, limits } = around;
    this.id = id;
    this.#around = around;
    this.time = new LocalTime(timeline, this.life, skewMs);
    this.connections = new SimConnections(id, witness);
    this.#desk = new Desk(id, this.life, witness);
    const reached = database.reachedBy(this.life);
    const stores = sabotage.stores?.(reached, { dice }) ?? reached;
    const fanOut = bus.endOf(this.life);
    this.#tokens = new SimTokens(stores.signingKeys, dice);
    const parts = {
      stores,
      tokens: this.#tokens,
      fanOut: sabotage.fanOut?.(fanOut) ?? fanOut,
      connections: sabotage.connections?.(this.connections) ?? this.connections,
      connected: () => this.connections.all(),
      time: this.time,
      random: dice,
      limits: { ...defaultLimits, ...limits },
      keepMs,
      incarnation: () => this.#incarnation,
      failed: (fault: unknown) => this.#desk.failed(fault),
      wakeRosterWork: () => void this.#workRoster().catch(this.#desk.failed),
    };
    this.#composed = composeProcess(parts);
    const { useCases } = this.#composed;
    this.#useCases = sabotage.useCases?.(useCases, { stores, dice }) ?? useCases;
    this.#sockets = new SimSockets({
      ...{ connections: this.connections, useCases: this.#useCases, time: this.time },
      ...{ throttle: around.throttle, desk: this.#desk, accepts: () => this.accepts, timeline },
    });
  }

  /** Whether it takes new connections and calls. */
  get accepts(): boolean {
    return this.life.alive && this.#ready && !this.#draining;
  }

  /** Starts over what is stored; a process that cannot read it tries again. */
  start(): void {
    void this.#start().catch((fault: unknown) => {
      this.#desk.failed(fault);
      this.time.after(1_000, () => this.start());
    });
  }

  async #start(): Promise<void> {
    const { database, witness } = this.#around;
    const { deliverEntries, revokedSessions, cutExpired } = this.#composed;
    const { failed } = this.#desk;
    this.#incarnation = await database.reachedBy(this.life).deployment.incarnation();
    await this.#tokens.start();
    await revokedSessions.start();
    deliverEntries.start();
    this.#useCases.holdConnections.start();
    await this.#composed.receiveHints.start();
    every(rosterWorkMs, this.time, () => this.#workRoster(), failed);
    every(cuttingMs, this.time, () => cutExpired.step(), failed);
    every(careMs, this.time, async () => this.#sockets.closeExpired(), failed);
    this.#ready = true;
    witness({ kind: 'process', process: this.id, became: 'up', unfinished: 0 });
  }

  /** Ends at once, in the middle of whatever it does. */
  crash(): void {
    if (!this.life.alive) return;
    const unfinished = this.#desk.unfinished;
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
    if (this.#desk.unfinished > 0) {
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
    if (!this.accepts) return { ok: false, error: { code: 'unavailable', retryAfterMs } };
    let caller: AccessClaims | null = null;
    const since = this.#around.timeline.now;
    const answer = await this.#desk.work(request.name, async () => {
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
    this.#desk.answered({ what: request.name, caller, asked: request, since, answer });
    return answer;
  }

  connect(handshake: Handshake, link: Link): Promise<WireRefusal | null> {
    return this.#sockets.connect(handshake, link);
  }

  #told(became: 'draining' | 'stopped'): void {
    const unfinished = this.#desk.unfinished;
    this.#around.witness({ kind: 'process', process: this.id, became, unfinished });
  }

  #callPorts(): CallPorts {
    const limits = { ...defaultLimits, ...this.#around.limits };
    return { useCases: this.#useCases, clock: this.time, limits, throttle: this.#around.throttle };
  }

  async #workRoster(): Promise<void> {
    await this.#composed.rosterTasks.run();
  }
}
