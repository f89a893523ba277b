/** Buckets of a logarithmic scale: one is this much wider than the one before. */
const growth = 1.01;
const perFactor = 1 / Math.log(growth);
const buckets = 2_400;

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Counts latencies; every answer is within one percent, however many there are. */
export class Latencies {
  readonly #counts = new Float64Array(buckets);
  #total = 0;

  /** In milliseconds; below one microsecond is taken for that. */
  add(ms: number): void {
    const at = Math.floor(Math.log(Math.max(1, ms * 1000)) * perFactor);
    const bucket = Math.min(at, buckets - 1);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /** The milliseconds within which this share of all was; NaN of nothing. */
  within(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.#total));
    for (let at = 0; at < buckets && this.#total > 0; at++) {
      left -= this.#counts[at] ?? 0;
      if (left <= 0) return Math.exp((at + 0.5) / perFactor) / 1000;
    }
    return NaN;
  }

  percentiles(): Percentiles {
    return { p50: this.within(0.5), p95: this.within(0.95), p99: this.within(0.99) };
  }
}
