import { describe, expect, it } from 'vitest';
import { closingLine, missingIn } from './closing-line.ts';

const ratios = {
  open2000: 1.54,
  pairs: 0.618,
  cpu: 1.8,
  groups100: 0.849,
  p99at500: 1.6,
  cpuat500: 1.3,
  hot: 9.14,
  idle: 1.2,
  catchup: 1.7,
  growth: 1.1,
  sdk: 1.1,
};

describe('the closing line', () => {
  it('has all ratios in their order', () => {
    expect(closingLine(ratios, { lost: 0, duplicated: 0 })).toBe(
      'bench: pairs=0.62 cpu=1.8 groups100=0.85 p99at500=1.6 cpuat500=1.3 open2000=1.5 hot=9.1 ' +
        'idle=1.2 catchup=1.7 growth=1.1 sdk=1.1 lost=0 duplicated=0',
    );
  });

  it('shows what was not measured as a dash, and losses as they are', () => {
    expect(closingLine({ pairs: 12.3 }, { lost: 3, duplicated: 1 })).toBe(
      'bench: pairs=12 cpu=- groups100=- p99at500=- cpuat500=- open2000=- hot=- ' +
        'idle=- catchup=- growth=- sdk=- lost=3 duplicated=1',
    );
  });

  it('is whole when every ratio is a number', () => {
    expect(missingIn(ratios)).toEqual([]);
    expect(missingIn({ ...ratios, hot: NaN, sdk: Infinity })).toEqual(['hot', 'sdk']);
  });
});
