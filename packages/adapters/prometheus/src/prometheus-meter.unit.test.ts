import {
  InvariantBroken,
  type CounterName,
  limiterNames,
  type ObservationName,
} from '@sealpost/domain';
import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { counters, observations } from './metrics.ts';
import { PrometheusMeter } from './prometheus-meter.ts';

const lines = async (meter: PrometheusMeter): Promise<string[]> => (await meter.text()).split('\n');

/** Names of our own metrics, in order of appearance. */
const ours = (text: readonly string[]): string[] =>
  text.filter((line) => /^# TYPE sealpost_(?!process_|nodejs_|limits_)/.test(line));

describe('PrometheusMeter', () => {
  it('has every metric with its help from the start', async () => {
    const text = await lines(new PrometheusMeter());
    for (const [name, help] of Object.entries(counters)) {
      expect(text).toContain(`# HELP sealpost_${name}_total ${help}`);
      expect(text).toContain(`sealpost_${name}_total 0`);
    }
    for (const [name, { help }] of Object.entries(observations))
      expect(text).toContain(`# HELP sealpost_${name} ${help}`);
    expect(ours(text)).toHaveLength(
      Object.keys(counters).length + Object.keys(observations).length,
    );
  });

  it('adds to counters', async () => {
    const meter = new PrometheusMeter();
    meter.count('entries_appended');
    meter.count('entries_appended', 41);
    meter.count('entries_refused', 0);
    const text = await lines(meter);
    expect(text).toContain('sealpost_entries_appended_total 42');
    expect(text).toContain('sealpost_entries_refused_total 0');
  });

  it('sorts observations into buckets', async () => {
    const meter = new PrometheusMeter();
    for (const ms of [0.4, 3, 9_999]) meter.observe('flush_ms', ms);
    const text = await lines(meter);
    expect(text).toContain('sealpost_flush_ms_bucket{le="0.5"} 1');
    expect(text).toContain('sealpost_flush_ms_bucket{le="5"} 2');
    expect(text).toContain('sealpost_flush_ms_bucket{le="+Inf"} 3');
    expect(text).toContain('sealpost_flush_ms_count 3');
  });

  it('shows the latest number of open sockets', async () => {
    const meter = new PrometheusMeter();
    for (const open of [5, 8, 3]) meter.observe('open_sockets', open);
    expect(await lines(meter)).toContain('sealpost_open_sockets 3');
  });

  it('has ascending buckets, as the format wants them', () => {
    for (const { buckets } of Object.values(observations)) {
      const bounds: number[] = [...(buckets ?? [])];
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    }
  });

  it('counts what each limiter refused, and where it could not count', async () => {
    const meter = new PrometheusMeter();
    meter.limitRefused('messages');
    meter.limitRefused('messages');
    meter.limitFailed('typing');
    const all = await lines(meter);
    expect(all).toContain('sealpost_limits_refused_total{limiter="messages"} 2');
    expect(all).toContain('sealpost_limits_refused_total{limiter="typing"} 0');
    expect(all).toContain('sealpost_limits_failed_total{limiter="typing"} 1');
    expect(all.filter((line) => line.startsWith('sealpost_limits_'))).toHaveLength(
      2 * limiterNames.length,
    );
  });

  it('has no labels but buckets and limiters on its own metrics, so that no id can get into one', async () => {
    const meter = new PrometheusMeter();
    for (const name of Object.keys(counters)) meter.count(name as CounterName);
    for (const name of Object.keys(observations)) meter.observe(name as ObservationName, 1);
    const labelled = (await lines(meter)).filter((line) =>
      /^sealpost_(?!process_|nodejs_|limits_)\w+\{(?!le=)/.test(line),
    );
    expect(labelled).toEqual([]);
  });

  it('tells of the process too, all under one prefix', async () => {
    const samples = (await lines(new PrometheusMeter())).filter(
      (line) => line !== '' && !line.startsWith('#'),
    );
    expect(samples.filter((line) => !line.startsWith('sealpost_'))).toEqual([]);
    expect(samples.some((line) => line.startsWith('sealpost_process_cpu_seconds_total'))).toBe(
      true,
    );
    expect(samples.some((line) => line.startsWith('sealpost_nodejs_eventloop_lag'))).toBe(true);
  });

  it('shares nothing with another meter or with the global registry', async () => {
    const one = new PrometheusMeter();
    const other = new PrometheusMeter();
    one.count('floods_refused');
    expect(await lines(other)).toContain('sealpost_floods_refused_total 0');
    expect(register.getMetricsAsArray()).toEqual([]);
  });

  it('names the format of its text', () => {
    expect(new PrometheusMeter().contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('takes neither a step back nor what is no number', () => {
    const meter = new PrometheusMeter();
    expect(() => meter.count('entries_known', -1)).toThrow(InvariantBroken);
    expect(() => meter.count('entries_known', NaN)).toThrow(InvariantBroken);
    expect(() => meter.observe('flush_ms', NaN)).toThrow(InvariantBroken);
  });
});
