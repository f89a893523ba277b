import {
  assert,
  type CounterName,
  type LimiterName,
  limiterNames,
  type LimitMeter,
  type Meter,
  type ObservationName,
} from '@sealpost/domain';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { counters, limits, observations, type Observation } from './metrics.ts';

const PREFIX = 'sealpost_';

function recorder(registry: Registry, name: string, { help, buckets }: Observation) {
  const common = { name: `${PREFIX}${name}`, help, registers: [registry] };
  if (buckets === null) {
    const gauge = new Gauge(common);
    return (value: number): void => gauge.set(value);
  }
  const histogram = new Histogram({ ...common, buckets: [...buckets] });
  return (value: number): void => histogram.observe(value);
}

/** One series for each limiter, all there from the start. */
function perLimiter(registry: Registry, name: keyof typeof limits): Counter<'limiter'> {
  const counter = new Counter({
    name: `${PREFIX}${name}_total`,
    help: limits[name],
    labelNames: ['limiter'],
    registers: [registry],
  });
  for (const limiter of limiterNames) counter.inc({ limiter }, 0);
  return counter;
}

/** A value for every key of a table; the table is complete by its type. */
function mapped<Name extends string, In, Out>(
  table: Readonly<Record<Name, In>>,
  made: (name: Name, entry: In) => Out,
): Record<Name, Out> {
  const names = Object.keys(table) as Name[];
  return Object.fromEntries(names.map((name) => [name, made(name, table[name])])) as Record<
    Name,
    Out
  >;
}

/**
 * The meter as metrics of Prometheus, in a registry of its own, with those of the process.
 *
 * - Counters are named `sealpost_<name>_total`, observations `sealpost_<name>`; all are there from the start.
 * - No metric of ours has labels but those of the limiters, which are their names.
 */
export class PrometheusMeter implements Meter, LimitMeter {
  readonly #registry = new Registry();
  readonly #counters: Readonly<Record<CounterName, Counter>>;
  readonly #observations: Readonly<Record<ObservationName, (value: number) => void>>;

  readonly #refused: Counter<'limiter'>;
  readonly #failed: Counter<'limiter'>;

  constructor() {
    const registers = [this.#registry];
    this.#counters = mapped(
      counters,
      (name, help) => new Counter({ name: `${PREFIX}${name}_total`, help, registers }),
    );
    this.#observations = mapped<ObservationName, Observation, (value: number) => void>(
      observations,
      (name, observation) => recorder(this.#registry, name, observation),
    );
    this.#refused = perLimiter(this.#registry, 'limits_refused');
    this.#failed = perLimiter(this.#registry, 'limits_failed');
    collectDefaultMetrics({ register: this.#registry, prefix: PREFIX });
  }

  count(name: CounterName, by = 1): void {
    assert(by >= 0 && Number.isFinite(by), 'a counter only goes up');
    this.#counters[name].inc(by);
  }

  observe(name: ObservationName, value: number): void {
    assert(Number.isFinite(value), 'an observation is a number');
    this.#observations[name](value);
  }

  limitRefused(limiter: LimiterName): void {
    this.#refused.inc({ limiter });
  }

  limitFailed(limiter: LimiterName): void {
    this.#failed.inc({ limiter });
  }

  /** Of what `text` answers. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in the text format of Prometheus. */
  async text(): Promise<string> {
    return this.#registry.metrics();
  }
}
