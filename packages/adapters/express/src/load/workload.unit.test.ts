import { describe, expect, it } from 'vitest';
import { Workload } from './workload.ts';

describe('a workload', () => {
  it('takes so many calls at once, and others as they leave', () => {
    const workload = new Workload(2, 0);
    expect([workload.enter(), workload.enter(), workload.enter()]).toEqual([true, true, false]);
    workload.leave();
    expect([workload.enter(), workload.enter()]).toEqual([true, false]);
  });

  it('takes so many bytes at once, and others as they are released', () => {
    const workload = new Workload(0, 10);
    expect([workload.reserve(6), workload.reserve(5), workload.reserve(4)]).toEqual([
      true,
      false,
      true,
    ]);
    workload.release(6);
    expect([workload.reserve(7), workload.reserve(6), workload.reserve(0)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
