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
  #loggedOut = false;
  #skewMs: number;
  /** Whether its account revoked it, as the one who did so was told, or the server does not let it in for ever. */
  revoked = false;

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

  /** Whether its application was told that it is logged out, and has given up. */
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
    const store = slowly(await MemoryStore.open(this.#disk), life, time, dice);
    const transport = new SimTransport(network, time, this.number);
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
    sealpost.on('loggedOut', () => {
      if (!life.alive) return;
      this.#loggedOut = true;
      this.revoked = true;
      this.#comeBack();
    });
    if (this.#loggedOut) this.#comeBack();
    else if (this.#ref) this.do('resume', (started) => started.resume());
  }

  /** The person logs in again; a device that was revoked, or is not known any more, is not let in. */
  #comeBack(): void {
    this.#time.after(5_000, () =>
      this.do('log back in', async (sealpost) => {
        try {
          await sealpost.logBackIn({ password: this.#around.password });
          this.#loggedOut = false;
          this.revoked = false;
        } catch (error) {
          if (error instanceof SealpostError && error.retryable) this.#comeBack();
          else throw error;
        }
      }),
    );
  }

  /** Power is cut: what was committed is there, nothing else. */
  crash(): void {
    if (!this.on) return;
    this.#life.end();
    this.#disk = this.#disk.snapshot();
    this.#sealpost = null;
    this.#around.network.cut(this.number);
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
    void work(sealpost)
      .then(() => this.#learn(sealpost))
      .catch((error: unknown) => {
        if (life.alive && !isExpected(error))
          this.#around.witness({ kind: 'bug', where: `device, ${what}`, error });
      });
  }

  /** Learns who it is, once it was registered or logged in. */
  async #learn(sealpost: Sealpost): Promise<void> {
    const me = await sealpost.me();
    if (!me) return;
    this.#ref = { account: me.account, device: me.device };
    this.#session = me.session;
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
        transport: new SimTransport(this.#around.network, this.#time, this.number),
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
