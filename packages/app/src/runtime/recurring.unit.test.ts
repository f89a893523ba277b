import { beforeEach, describe, expect, it } from 'vitest';
import { FakeTimers, settled } from '../../test/support/fake-timers.ts';
import { Recurring } from './recurring.ts';

let timers: FakeTimers;
let runs: number;
let faults: unknown[];
let run: () => Promise<unknown>;

const recurring = () =>
  new Recurring({
    run: () => {
      runs += 1;
      return run();
    },
    everyMs: 1,
    timers,
    failed: (fault) => faults.push(fault),
  });

beforeEach(() => {
  timers = new FakeTimers();
  runs = 0;
  faults = [];
  run = () => Promise.resolve();
});

describe('Recurring', () => {
  it('works at once, and again each time', async () => {
    recurring().start();
    await settled();
    expect(runs).toBe(1);
    timers.fire();
    await settled();
    expect([runs, timers.waiting]).toEqual([2, 1]);
  });

  it('works when it is woken, without a further timer', async () => {
    const work = recurring();
    work.start();
    await settled();
    work.wake();
    await settled();
    expect([runs, timers.waiting]).toEqual([2, 1]);
  });

  it('goes on after a fault, and tells it', async () => {
    run = () => Promise.reject(new Error('down'));
    recurring().start();
    await settled();
    expect(faults).toHaveLength(1);
    timers.fire();
    await settled();
    expect(runs).toBe(2);
  });

  it('waits for what runs when it is stopped, and does not begin again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    run = () => promise;
    const work = recurring();
    work.start();
    let stopped = false;
    const stopping = work.stop().then(() => (stopped = true));
    await settled();
    expect(stopped).toBe(false);
    resolve();
    await stopping;
    work.wake();
    await settled();
    expect([runs, timers.waiting]).toEqual([1, 0]);
  });
});
