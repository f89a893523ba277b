import { Dice } from '../simulator/core/dice.ts';
import type { Habits } from './habits.ts';

const MINUTES = 24 * 60;
const SMALLEST_CHANCE = 1e-9;

/** What happened in each minute of a day. */
export interface Day {
  readonly people: number;
  readonly devices: number;
  readonly messages: readonly number[];
  /** Pushes to devices that are connected, the sender's own among them. */
  readonly deliveries: readonly number[];
  readonly connects: readonly number[];
  /** Devices that were connected at any time of the minute. */
  readonly connected: readonly number[];
}

class Chance {
  readonly #dice: Dice;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  /** Uniform, above 0 and up to 1. */
  unit(): number {
    return Math.max(SMALLEST_CHANCE, this.#dice.int(1, 2 ** 30) / 2 ** 30);
  }

  exponential(mean: number): number {
    return -mean * Math.log(this.unit());
  }

  /** Box and Muller, "A Note on the Generation of Random Normal Deviates" (1958). */
  logNormal(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(this.unit())) * Math.cos(2 * Math.PI * this.unit());
    return median * Math.exp(spread * normal);
  }

  /** A whole number that is `mean` on average. */
  about(mean: number): number {
    return Math.floor(mean) + (this.unit() <= mean % 1 ? 1 : 0);
  }

  /** The place of one of these weights, each as likely as it is heavy. */
  weighed(weights: readonly number[]): number {
    let left = this.unit() * weights.reduce((sum, weight) => sum + weight, 0);
    return Math.max(
      0,
      weights.findIndex((weight) => (left -= weight) <= 0),
    );
  }
}

/** Plays one day of so many people, all of it by the seed's chance. */
export function playDay(people: number, habits: Habits, seed: number): Day {
  const chance = new Chance(seed);
  const minutes = (): number[] => Array.from({ length: MINUTES }, () => 0);
  const [messages, recipients, connects, connected] = [minutes(), minutes(), minutes(), minutes()];
  const add = (to: number[], minute: number, count = 1): void => {
    to[minute % MINUTES] = (to[minute % MINUTES] ?? 0) + count;
  };
  const when = (zone: number): number => {
    const hour = chance.weighed(habits.hours) - zone + 24;
    return (hour * 60 + Math.floor(chance.unit() * 59)) % MINUTES;
  };
  let devices = 0;
  for (let person = 0; person < people; person++) {
    const zone = habits.zones[chance.weighed(habits.zones.map((one) => one.perMille))]?.hours ?? 0;
    const own = 1 + chance.weighed(habits.devices);
    devices += own;
    for (let left = chance.about(own * habits.sessionsPerDevice); left > 0; left--) {
      const from = when(zone);
      add(connects, from);
      const length = chance.exponential(habits.sessionMinutes);
      for (let at = from; at <= from + length; at++) add(connected, at);
    }
    const count = chance.about(chance.logNormal(habits.messagesMedian, habits.messagesSpread));
    for (let left = count; left > 0; left--) {
      const place = chance.weighed(habits.conversations.map((one) => one.perMille));
      const minute = when(zone);
      add(messages, minute);
      add(recipients, minute, habits.conversations[place]?.others ?? 0);
    }
  }
  // Whoever is written to is as likely to be connected as anybody; whoever writes is.
  const share = connected.map((count) => Math.min(1, count / devices));
  const deliveries = messages.map(
    (count, at) => count + ((recipients[at] ?? 0) * (share[at] ?? 0) * devices) / people,
  );
  return { people, devices, messages, deliveries, connects, connected };
}
