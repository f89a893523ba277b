import { describe, expect, it } from 'vitest';
import { median, medianRatio } from './median.ts';

describe('medians', () => {
  it('stand in the middle, whatever the order', () => {
    expect(median([30, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 100])).toBe(3.5);
    expect(median([])).toBeNaN();
  });

  it('of ratios compare neighbours, not the medians of each side', () => {
    // The machine was slow in the first round, and slower still when it was our turn in the third.
    expect(medianRatio([1, 40, 30], [1, 10, 20])).toBe(1.5);
  });
});
