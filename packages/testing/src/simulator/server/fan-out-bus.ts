import type { EntriesHint, FanOut, Notice } from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';
import type { Life } from '../core/life.ts';
import type { Timeline } from '../core/timeline.ts';

type Listener = Parameters<FanOut['subscribe']>[0];

interface Subscriber {
  readonly life: Life;
  readonly listener: Listener;
}

/** The channel between processes: late, doubled, out of order, and now and then nothing at all. */
export class FanOutBus {
  /** Of a thousand hints, so many are lost and so many come twice. */
  faults = { lost: 0, doubled: 0, latencyMs: 5 };
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #subscribers = new Set<Subscriber>();
  #broken = false;
  /** Those who hear of no other, and of whom no other hears. */
  readonly #cutOff = new Set<Life>();

  constructor(timeline: Timeline, dice: Dice) {
    this.#timeline = timeline;
    this.#dice = dice;
  }

  /** Loses everything between processes until it is whole again. */
  break(): void {
    this.#broken = true;
  }

  cutOff(life: Life): void {
    this.#cutOff.add(life);
  }

  /** Carries what is one process's again, and tells it that something may have been lost. */
  reconnect(life: Life): void {
    if (!this.#cutOff.delete(life)) return;
    for (const subscriber of this.#subscribers)
      if (subscriber.life === life && life.alive) subscriber.listener.onBreak();
  }

  /** Carries everything again, and says that something may have been lost. */
  mend(): void {
    this.#broken = false;
    this.#cutOff.clear();
    Object.assign(this.faults, { lost: 0, doubled: 0, latencyMs: 5 });
    for (const { life, listener } of this.#subscribers) if (life.alive) listener.onBreak();
  }

  endOf(life: Life): FanOut {
    return {
      publish: (hint: EntriesHint) => this.#tell(life, (listener) => listener.hint(hint)),
      announce: (notice: Notice) => this.#tell(life, (listener) => listener.notice(notice)),
      subscribe: (listener) => {
        const subscriber = { life, listener };
        this.#subscribers.add(subscriber);
        return Promise.resolve(() => {
          this.#subscribers.delete(subscriber);
          return Promise.resolve();
        });
      },
    };
  }

  #tell(from: Life, say: (listener: Listener) => void): void {
    if (!from.alive) return;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.life.alive) {
        this.#subscribers.delete(subscriber);
        continue;
      }
      const own = subscriber.life === from;
      if (!own && this.#loses(from, subscriber.life)) continue;
      const times = this.#dice.perMille(this.faults.doubled) ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        this.#timeline.after(
          this.#dice.int(0, this.faults.latencyMs),
          subscriber.life.if(() => {
            if (this.#subscribers.has(subscriber)) say(subscriber.listener);
          }),
        );
    }
  }

  #loses(from: Life, to: Life): boolean {
    const apart = this.#broken || this.#cutOff.has(from) || this.#cutOff.has(to);
    return apart || this.#dice.perMille(this.faults.lost);
  }
}
