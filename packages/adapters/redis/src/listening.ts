import type { RandomSource } from '@sealpost/domain';
import { type LinkPorts, ListeningLink, type Place } from './listening-link.ts';
import type { Settings } from './options.ts';
import { pauseMs } from './pauses.ts';

export interface ListeningPorts extends Omit<LinkPorts, 'broke'> {
  readonly random: RandomSource;
  /** Where these channels are now. */
  readonly placesOf: (channels: readonly string[]) => Promise<readonly Place[]>;
  /** Channels are listened to again after a time in which something may have been missed. */
  readonly missed: () => void;
  readonly failed: (fault: unknown) => void;
}

/**
 * Listens to channels, wherever they are, as long as it is open. A channel whose link broke is looked for again, after
 * pauses that grow.
 */
export class Listening {
  readonly #settings: Settings;
  readonly #ports: ListeningPorts;
  readonly #links = new Set<ListeningLink>();
  readonly #unheard: Set<string>;
  #opened: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #connecting = false;
  /** Whether the first attempt ended. */
  #tried = false;
  #failures = 0;
  #closed = false;

  constructor(channels: readonly string[], settings: Settings, ports: ListeningPorts) {
    this.#unheard = new Set(channels);
    this.#settings = settings;
    this.#ports = ports;
  }

  /** Whether every channel is listened to. */
  get isWhole(): boolean {
    return this.#unheard.size === 0;
  }

  /** Whether it should hear every channel by now and does not; not while it begins to. */
  get isDeaf(): boolean {
    return this.#tried && !this.#closed && !this.isWhole;
  }

  /** Resolves when the first attempt ended, well or not: it is tried again by itself. Repeating it changes nothing. */
  open(): Promise<void> {
    this.#opened ??= this.#connect(false);
    return this.#opened;
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    for (const link of this.#links) link.close();
    this.#links.clear();
  }

  async #connect(again: boolean): Promise<void> {
    this.#connecting = true;
    let isHeard = false;
    try {
      const places = await this.#ports.placesOf([...this.#unheard]);
      const outcomes = await Promise.allSettled(places.map((place) => this.#listen(place)));
      isHeard = outcomes.some(({ status }) => status === 'fulfilled');
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      this.#failures = 0;
    } catch (fault) {
      this.#failures += 1;
      this.#ports.failed(fault);
    }
    this.#connecting = false;
    this.#tried = true;
    if (this.#closed) return;
    if (again && isHeard) this.#ports.missed();
    if (!this.isWhole) this.#connectLater();
  }

  async #listen(place: Place): Promise<void> {
    const { failed } = this.#ports;
    const broke = (link: ListeningLink, fault: unknown): void => {
      this.#links.delete(link);
      for (const channel of link.channels) this.#unheard.add(channel);
      failed(fault);
      this.#connectLater();
    };
    const link = await ListeningLink.open(place, this.#settings, { ...this.#ports, broke });
    if (this.#closed) return link.close();
    this.#links.add(link);
    for (const channel of link.channels) this.#unheard.delete(channel);
  }

  #connectLater(): void {
    if (this.#closed || this.#connecting || this.#cancelRetry) return;
    const { random, timers } = this.#ports;
    const ms = pauseMs(random, this.#settings.reconnectMs, this.#failures);
    this.#cancelRetry = timers.after(ms, () => {
      this.#cancelRetry = null;
      void this.#connect(true);
    });
  }
}
