import {
  type Conversation,
  type CryptoEngine,
  type Entry,
  LocalStoreError,
  MemoryDisk,
  MemoryStore,
  Sealpost,
  SealpostError,
} from '@sealpost/client';
import type { DeviceRef } from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';
import { Life } from '../core/life.ts';
import { LocalTime } from '../core/local-time.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Network } from '../network/network.ts';
import type { Sabotage } from '../sabotage.ts';
import type { Witness } from '../testimony.ts';
import { slowly } from './sim-local-store.ts';
import { SimTransport } from './sim-transport.ts';

export interface DeviceSurroundings {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly network: Network;
  readonly sabotage: Sabotage;
  readonly witness: Witness;
  readonly engine: () => CryptoEngine;
  readonly nextText: () => string;
  readonly password: string;
}

/** As what a further device of a person's logs in. */
export interface Newcomer {
  readonly handle: string;
  readonly deviceName: string;
}

/** After so long a person tries again. */
const patienceMs = 5_000;

/** What people's applications meet in normal use: a refusal, an answer that did not come, a device that is not ready. */
const isExpected = (error: unknown): boolean =>
  error instanceof SealpostError
    ? error.kind !== 'misuse'
    : error instanceof LocalStoreError && error.code === 'closed';

/** A device: its disk, which lasts, and the application on it, which is started and ends. */
export class SimDevice {
  readonly number: number;
  readonly person: number;
  readonly #around: DeviceSurroundings;
  #disk = new MemoryDisk();
  #life = new Life();
  #time: LocalTime;
  #sealpost: Sealpost | null = null;
  #ref: DeviceRef | null = null;
  #session: string | null = null;
  #linked = false;
  #starts = 0;
  #newcomer: Newcomer | null = null;
  #loggedOut = false;
  #skewMs: number;
  /** Whether it can never come back, as the server's data tell: it was revoked, or a restore took it back. */
  gone = false;

  constructor(number: number, person: number, around: DeviceSurroundings, skewMs: number) {
    this.number = number;
    this.person = person;
    this.#around = around;
    this.#skewMs = skewMs;
    this.#time = new LocalTime(around.timeline, this.#life, skewMs);
    this.#life.end();
  }

  get on(): boolean {
    return this.#life.alive;
  }

  /** Null before it was registered or logged in. */
  get ref(): DeviceRef | null {
    return this.#ref;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Whether it was certified, as it knows. */
  get linked(): boolean {
    return this.#linked;
  }

  /** Whether its application was told that it is logged out. */
  get loggedOut(): boolean {
    return this.#loggedOut;
  }

  get session(): string | null {
    return this.#session;
  }

  /** The application, while it runs. */
  get sealpost(): Sealpost | null {
    return this.on ? this.#sealpost : null;
  }

  /** Starts the application on what the disk holds; it connects if it is logged in. */
  async start(): Promise<void> {
    if (this.on) return;
    const { timeline, dice, network, sabotage, witness, engine } = this.#around;
    const life = new Life();
    const time = new LocalTime(timeline, life, this.#skewMs);
    this.#life = life;
    this.#time = time;
    this.#starts += 1;
    const store = slowly(await MemoryStore.open(this.#disk), life, time, dice);
    const transport = new SimTransport(network, time, this.number, () => {
      if (this.#ref) witness({ kind: 'greeted', device: this.#ref });
    });
    const right = engine();
    const sealpost = new Sealpost({
      store: sabotage.localStore?.(store, { dice }) ?? store,
      transport: sabotage.transport?.(transport, { dice }) ?? transport,
      engine: sabotage.engine?.(right) ?? right,
      clock: time,
      timers: time,
      random: dice,
      allowUnencrypted: true,
    });
    this.#sealpost = sealpost;
    sealpost.on('trouble', ({ error }) => {
      if (!isExpected(error)) witness({ kind: 'bug', where: 'device, in the background', error });
    });
    sealpost.on('outbox', ({ conversation, clientId, state }) => {
      if (this.#ref && life.alive)
        witness({ kind: state, device: this.#ref, conversation, clientId });
    });
    sealpost.on('caughtUp', ({ incarnation }) => {
      if (this.#ref && life.alive) witness({ kind: 'caught_up', device: this.#ref, incarnation });
    });
    sealpost.on('loggedOut', ({ reason }) => {
      if (!life.alive || !this.#ref) return;
      this.#loggedOut = true;
      const { session } = this;
      witness({ kind: 'logged_out', device: this.#ref, session, reason });
      this.#time.after(patienceMs, () => this.comeIn());
    });
    this.comeIn();
  }

  /** A person's further device, which one that is in links: it tries to come in from its start on. */
  enrolAs(newcomer: Newcomer): void {
    this.#newcomer = newcomer;
  }

  /** Does what its person does so that it takes part, as far as it got before. */
  comeIn(): void {
    if (this.gone) return;
    if (this.#loggedOut) this.#untilDone('log back in', (sealpost) => this.#logBackIn(sealpost));
    else if (this.#newcomer && !this.#linked)
      this.#untilDone('be linked', (sealpost) => this.#beLinked(sealpost));
    else if (this.#ref) this.#untilDone('resume', (sealpost) => sealpost.resume());
  }

  async #logBackIn(sealpost: Sealpost): Promise<void> {
    if (!this.#loggedOut) return;
    await sealpost.logBackIn({ password: this.#around.password });
    this.#loggedOut = false;
  }

  async #beLinked(sealpost: Sealpost): Promise<void> {
    if (this.#newcomer && !(await sealpost.me()))
      await sealpost.logIn({ ...this.#newcomer, password: this.#around.password });
    await this.#learn(sealpost);
    if (this.#linked) await sealpost.resume();
    else await sealpost.link(async () => true);
  }

  /** Has the person try until it works, or there is no way back. */
  #untilDone(what: string, work: (sealpost: Sealpost) => Promise<void>): void {
    this.do(what, async (sealpost) => {
      try {
        await work(sealpost);
      } catch (error) {
        if (!isExpected(error)) throw error;
        this.#time.after(patienceMs, () => this.comeIn());
      }
    });
  }

  /** The person logs out, and back in after a while, whether there was an answer or not. */
  logOut(forMs: number): void {
    this.do('log out', async (sealpost) => {
      const { session } = this;
      if (session === null) return;
      this.#loggedOut = true;
      this.#time.after(forMs, () => this.comeIn());
      this.#around.witness({ kind: 'wanted', ends: 'session', id: session });
      await sealpost.logOut();
    });
  }

  /** What was committed is there, nothing else. The server hears nothing of it when power is cut, and soon when the application is killed. */
  crash(): void {
    if (!this.on) return;
    const { dice, network } = this.#around;
    this.#life.end();
    this.#disk = this.#disk.snapshot();
    this.#sealpost = null;
    if (dice.perMille(500)) network.freeze(this.number);
    else network.cut(this.number);
  }

  /** The person sets the clock. */
  setClock(skewMs: number): void {
    this.#skewMs = skewMs;
    this.#time.skewMs = skewMs;
  }

  /** Has the application do something; what people would be shown as an error is nothing to worry about. */
  do(what: string, work: (sealpost: Sealpost) => Promise<unknown>): void {
    const { sealpost } = this;
    if (!sealpost) return;
    const life = this.#life;
    const learn = (): Promise<void> => this.#learn(sealpost);
    void work(sealpost)
      .then(learn, async (error: unknown) => {
        await learn();
        throw error;
      })
      .catch((error: unknown) => {
        if (life.alive && !isExpected(error))
          this.#around.witness({ kind: 'bug', where: `device, ${what}`, error });
      });
  }

  /** Learns who it is, as far as it was registered, logged in or linked. */
  async #learn(sealpost: Sealpost): Promise<void> {
    const me = await sealpost.me();
    if (!me) return;
    this.#ref = { account: me.account, device: me.device };
    this.#session = me.session;
    this.#linked = me.certified;
  }

  /** Sends a text that nobody ever sent before, and tells of it once it is durable on the device. */
  say(conversation: Conversation): void {
    const text = this.#around.nextText();
    this.do('send', async () => {
      const clientId = await conversation.send({ kind: 'text', text });
      if (this.#ref)
        this.#around.witness({
          kind: 'put',
          device: this.#ref,
          conversation: conversation.id,
          clientId,
          text,
        });
    });
  }

  /** Its person takes a message back that failed. */
  tookBack(clientId: string): void {
    this.#around.witness({ kind: 'taken_back', clientId });
  }

  /** What its disk holds of a conversation, whether it is on or off. */
  async entriesOf(conversation: string): Promise<readonly Entry[]> {
    return this.#read((sealpost) =>
      sealpost.conversation(conversation).entries({ after: 0, limit: 1_000_000 }),
    );
  }

  /** Looks at the disk with an application that never connects. */
  async #read<T>(look: (sealpost: Sealpost) => Promise<T>): Promise<T> {
    const store = await MemoryStore.open(this.#disk.snapshot());
    const nothing = { now: () => 0, monotonic: () => 0, after: () => () => undefined };
    return look(
      new Sealpost({
        store,
        transport: new SimTransport(this.#around.network, this.#time, this.number, () => undefined),
        engine: this.#around.engine(),
        clock: nothing,
        timers: nothing,
        random: this.#around.dice,
        allowUnencrypted: true,
      }),
    );
  }

  /** What the application shows of its conversations, from its disk. */
  conversations(): Promise<readonly Conversation[]> {
    return this.#read((sealpost) => sealpost.conversations());
  }
}
