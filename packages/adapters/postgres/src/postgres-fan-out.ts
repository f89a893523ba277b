import {
  type EntriesHint,
  type FanOut,
  type Meter,
  type Notice,
  pausing,
  type RandomSource,
  type Timers,
} from '@sealpost/domain';
import { packed, unpacked } from './hint-payload.ts';
import { HintQueue } from './hint-queue.ts';
import { type ChannelOptions, NotifyChannel } from './notify-channel.ts';

export interface PostgresFanOutPorts {
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly meter: Meter;
  /** Told whenever the channel breaks and whenever something could not be told; it heals by itself. */
  readonly failed: (fault: unknown) => void;
}

type Listener = Parameters<FanOut['subscribe']>[0];

const payloadsAtOnce = 64;
/** Between one telling and the next: a busy process tells others at most 200 times a second, not for each flush. */
const restMs = 5;
const pauseMs = 500;
/** Every process greets the others with each check of its channel: who heard nobody for so many of its own is alone. */
const checksAlone = 3;
const lastWordMs = 1_000;

/**
 * Hints between processes by LISTEN and NOTIFY.
 *
 * - Here they arrive at once, entries included; to others goes where to read.
 * - The first thing after a silence is told at once. What comes while something is being told, and some milliseconds
 *   after it, is gathered and told together.
 * - A process that is alone tells nothing: that was a quarter of its statements at 500 messages a second. Whoever comes
 *   greets, and is told as of a break that something was not told.
 * - Publishing never waits and never fails. What could not be told is counted, and the others hear of a break as soon as
 *   they can be told anything.
 */
export class PostgresFanOut implements FanOut {
  readonly #ports: PostgresFanOutPorts;
  readonly #channel: NotifyChannel;
  readonly #self: string;
  readonly #queue = new HintQueue();
  readonly #listeners = new Set<Listener>();
  #telling: Promise<void> | null = null;
  #cancelPause: (() => void) | null = null;
  /** Checks of the channel since another process was heard. */
  #silence = 0;
  /** Something was not told, since nobody was there. */
  #untold = false;
  #stopped = false;

  constructor(options: ChannelOptions, ports: PostgresFanOutPorts) {
    this.#ports = ports;
    this.#self = ports.random.id();
    this.#channel = new NotifyChannel(options, {
      ...ports,
      received: (payload) => this.#receive(payload),
      up: (again) => this.#up(again),
      checked: () => this.#checked(),
    });
  }

  publish(hint: EntriesHint): void {
    this.#tellHere((listener) => listener.hint(hint));
    if (this.#isAlone) return void (this.#untold = true);
    if (!this.#queue.addHint(hint)) this.#ports.meter.count('hints_lost');
    this.#tellOthers();
  }

  announce(notice: Notice): void {
    this.#tellHere((listener) => listener.notice(notice));
    if (this.#isAlone) return void (this.#untold = true);
    if (!this.#queue.addNotice(notice)) this.#ports.meter.count('hints_lost');
    this.#tellOthers();
  }

  /** Rejects when Postgres cannot be listened to. */
  async subscribe(listener: Listener): Promise<() => Promise<void>> {
    // An object of its own, so that one listener may subscribe twice.
    const subscribed: Listener = {
      hint: (hint) => listener.hint(hint),
      notice: (notice) => listener.notice(notice),
      onBreak: () => listener.onBreak(),
    };
    await this.#channel.open();
    this.#listeners.add(subscribed);
    return async () => {
      this.#listeners.delete(subscribed);
    };
  }

  /** Tells what still waits, as far as that is quickly done, and closes the connection. Nothing is told afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPause?.();
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#ports.timers.after(lastWordMs, resolve);
    });
    await Promise.race([this.#telling ?? Promise.resolve(), late]);
    cancel();
    await this.#channel.close();
  }

  get #isAlone(): boolean {
    return this.#silence >= checksAlone && this.#channel.isUp;
  }

  /** Somebody is there, or may have come while nobody could be heard. */
  #inCompany(): void {
    this.#silence = 0;
    if (!this.#untold) return;
    this.#untold = false;
    this.#queue.lose();
    this.#tellOthers();
  }

  #checked(): void {
    this.#silence += 1;
    this.#queue.greet();
    this.#tellOthers();
  }

  #up(again: boolean): void {
    this.#inCompany();
    this.#queue.greet();
    if (again) {
      this.#ports.meter.count('fan_out_breaks');
      this.#tellHere((listener) => listener.onBreak());
    }
    this.#cancelPause?.();
    this.#cancelPause = null;
    this.#tellOthers();
  }

  /** After the caller's own step: a publisher never runs a listener's code. */
  #tellHere(say: (listener: Listener) => void): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) say(listener);
      });
    }
  }

  #tellOthers(): void {
    if (this.#telling || this.#cancelPause || this.#stopped) return;
    // What waits goes out as soon as there is a connection.
    if (!this.#channel.isUp) return void this.#channel.open().catch(() => undefined);
    this.#telling = this.#tell().finally(() => {
      this.#telling = null;
      if (!this.#queue.isEmpty) this.#tellOthers();
    });
  }

  async #tell(): Promise<void> {
    while (!this.#queue.isEmpty && this.#channel.isUp) {
      const items = this.#queue.take();
      for (let told = 0; told < items.length;) {
        const { payloads, taken } = packed(this.#self, items.slice(told), payloadsAtOnce);
        try {
          await this.#channel.notify(payloads);
        } catch (fault) {
          return this.#lost(items.length - told, fault);
        }
        told += taken;
      }
      await pausing(this.#ports.timers, restMs)();
    }
  }

  #lost(count: number, fault: unknown): void {
    this.#ports.meter.count('hints_lost', count);
    this.#ports.failed(fault);
    this.#queue.lose();
    // The queue of Postgres may be full for a while; a broken connection says by itself when it is back.
    this.#cancelPause = this.#ports.timers.after(pauseMs, () => {
      this.#cancelPause = null;
      this.#tellOthers();
    });
  }

  #receive(payload: string): void {
    const told = unpacked(payload, this.#self);
    if (!told) return this.#ports.meter.count('hints_unreadable');
    if (told === 'own') return;
    this.#inCompany();
    for (const one of told) {
      this.#tellHere((listener) => {
        if (one.kind === 'hint') listener.hint(one.hint);
        else if (one.kind === 'notice') listener.notice(one.notice);
        else listener.onBreak();
      });
    }
  }
}
