import type { CounterName, Meter, ObservationName } from '@sealpost/domain';

export class CountingMeter implements Meter {
  readonly #counters = new Map<CounterName, number>();
  readonly #observed = new Map<ObservationName, number>();

  count(name: CounterName, by = 1): void {
    this.#counters.set(name, this.counted(name) + by);
  }

  observe(name: ObservationName, value: number): void {
    this.#observed.set(name, value);
  }

  counted = (name: CounterName): number => this.#counters.get(name) ?? 0;
  last = (name: ObservationName): number | undefined => this.#observed.get(name);
}
