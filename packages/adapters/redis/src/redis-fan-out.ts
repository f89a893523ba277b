import type { EntriesHint, FanOut, Meter, Notice, RandomSource, Timers } from '@sealpost/domain';
import type { Commands } from './commands.ts';
import { unpacked } from './hint-message.ts';
import { Listening } from './listening.ts';
import type { Settings } from './options.ts';
import { Outbox } from './outbox.ts';
import { channelsOf, places } from './places.ts';

export interface FanOutPorts {
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly meter: Meter;
  /** Told whenever a channel breaks and whenever something could not be told; it heals by itself. */
  readonly failed: (fault: unknown) => void;
}

type Listener = Parameters<FanOut['subscribe']>[0];

const lastWordMs = 1_000;

/**
 * Hints between processes by pub/sub; on a cluster by sharded pub/sub, on a fixed number of channels.
 *
 * - Here they arrive at once, entries included; to others, if there are any, go small entries as they are, and of large ones where to read.
 * - Publishing never waits and never fails.
 * - Every process listens to every channel. A conversation has one channel, so its hints come in order.
 */
export class RedisFanOut implements FanOut {
  readonly #ports: FanOutPorts;
  readonly #self: string;
  readonly #outboxes: readonly Outbox[];
  readonly #listening: Listening;
  readonly #listeners = new Set<Listener>();

  constructor(commands: Commands, settings: Settings, ports: FanOutPorts) {
    this.#ports = ports;
    this.#self = ports.random.id();
    const channels = channelsOf(settings);
    this.#outboxes = channels.map((channel) => {
      const publish = async (payload: Buffer): Promise<number> => {
        const told = await commands.run('publish', (client) =>
          settings.cluster ? client.spublish(channel, payload) : client.publish(channel, payload),
        );
        // This process hears itself, too.
        return Number(told) - (this.isListening ? 1 : 0);
      };
      return new Outbox(this.#self, { ...ports, publish });
    });
    this.#listening = new Listening(channels, settings, {
      ...ports,
      placesOf: (wanted) => places(commands, settings, wanted),
      received: (payload) => this.#receive(payload),
      missed: () => {
        ports.meter.count('fan_out_breaks');
        this.#tellHere((listener) => listener.onBreak());
      },
    });
  }

  /** Whether everything that the others tell is heard. */
  get isListening(): boolean {
    return this.#listening.isWhole;
  }

  /** Whether somebody has subscribed and not everything is heard. */
  get isDeaf(): boolean {
    return this.#listening.isDeaf;
  }

  publish(hint: EntriesHint): void {
    this.#tellHere((listener) => listener.hint(hint));
    this.#outboxOf(hint.conversation)?.publish(hint);
  }

  announce(notice: Notice): void {
    this.#tellHere((listener) => listener.notice(notice));
    this.#outboxOf('conversation' in notice ? notice.conversation : '')?.announce(notice);
  }

  /** Never rejects: without Redis a process hears nothing of the others, and of a break once it does. */
  async subscribe(listener: Listener): Promise<() => Promise<void>> {
    // An object of its own, so that one listener may subscribe twice.
    const subscribed: Listener = {
      hint: (hint) => listener.hint(hint),
      notice: (notice) => listener.notice(notice),
      onBreak: () => listener.onBreak(),
    };
    this.#listeners.add(subscribed);
    await this.#listening.open();
    return async () => {
      this.#listeners.delete(subscribed);
    };
  }

  /** Tells what is being told, as far as that is quickly done, and listens no more. Nothing is told afterwards. */
  async stop(): Promise<void> {
    this.#listening.close();
    const told = Promise.all(this.#outboxes.map((outbox) => outbox.close()));
    const late = Promise.withResolvers<void>();
    const cancel = this.#ports.timers.after(lastWordMs, late.resolve);
    await Promise.race([told, late.promise]);
    cancel();
  }

  #outboxOf(name: string): Outbox | undefined {
    if (this.#outboxes.length === 1) return this.#outboxes[0];
    let hash = 0;
    for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) >>> 0;
    return this.#outboxes[hash % this.#outboxes.length];
  }

  /** After the caller's own step: a publisher never runs a listener's code. */
  #tellHere(say: (listener: Listener) => void): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) say(listener);
      });
    }
  }

  #receive(payload: Buffer): void {
    const heard = unpacked(payload, this.#self);
    if (!heard) return this.#ports.meter.count('hints_unreadable');
    for (const one of heard) {
      this.#tellHere((listener) => {
        if (one.kind === 'hint') listener.hint(one.hint);
        else if (one.kind === 'notice') listener.notice(one.notice);
        else listener.onBreak();
      });
    }
  }
}
