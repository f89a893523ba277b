import { describe, expect, it } from 'vitest';
import { goals, goalTable, isReached } from './goals.ts';

const named = (figure: string) =>
  goals.find((goal) => goal.figure === figure) ?? expect.unreachable();

describe('goals', () => {
  it('are bounds from below and from above, met at the bound itself', () => {
    expect(isReached(named('pairs'), 0.6)).toBe(true);
    expect(isReached(named('pairs'), 0.59)).toBe(false);
    expect(isReached(named('cpu'), 2)).toBe(true);
    expect(isReached(named('cpu'), 2.01)).toBe(false);
  });

  it('are neither met nor missed unmeasured', () => {
    expect(isReached(named('cpu'), undefined)).toBeNull();
    expect(isReached(named('cpu'), NaN)).toBeNull();
  });

  it('say in the table what was missed', () => {
    const lines = goalTable({ pairs: 0.3, crowdP99: 42 });
    expect(lines).toContain(
      '| pairs, closed loop: accepted/s, of the floor | at least 0.6 | 0.30 | **no** |',
    );
    expect(lines).toContain('| the same: p99 | at most 100 ms | 42 ms | yes |');
    expect(lines.filter((line) => line.endsWith('not measured |'))).toHaveLength(goals.length - 2);
  });
});
