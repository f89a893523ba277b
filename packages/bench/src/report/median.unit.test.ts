import { describe, expect, it } from 'vitest';
import { median, medianRatio } from './median.ts';

describe('medians', () => {
  it('stand in the middle, whatever the order', () => {
    expect(median([30, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 100])).toBe(3.5);
    expect(median([])).toBeNaN();
  });

  it('of ratios compare neighbours, not the medians of each side', () => {
    // The machine was ten times slower in the second round.
    expect(medianRatio([20, 2, 22], [10, 1, 10])).toBe(2);
    expect(medianRatio([10, 2, 20], [10, 1, 5])).toBe(2);
  });
});
