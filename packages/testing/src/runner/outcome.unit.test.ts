import { describe, expect, it } from 'vitest';
import { closingLine, isGood, type Outcome, singleCase, summary } from './outcome.ts';

const good: Outcome = { name: 'good', passed: 3, failures: [], skipped: 1 };
const bad: Outcome = { name: 'bad', passed: 2, failures: ['first', 'second'], skipped: 0 };

describe('the count of a run', () => {
  it('adds passed and failed cases of all parts', () => {
    expect(closingLine([good, bad])).toBe('5 passed, 2 failed');
  });

  it('is good when something passed and nothing failed', () => {
    expect(isGood([good])).toBe(true);
  });

  it('is bad when one part has a failure', () => {
    expect(isGood([good, bad])).toBe(false);
  });

  it('is bad when nothing ran', () => {
    expect(isGood([])).toBe(false);
    expect(isGood([{ name: 'empty', passed: 0, failures: [], skipped: 4 }])).toBe(false);
  });

  it('takes a check with several findings for one failed case', () => {
    expect(closingLine([singleCase('lint', ['one', 'two'])])).toBe('0 passed, 1 failed');
    expect(closingLine([singleCase('lint', [])])).toBe('1 passed, 0 failed');
  });

  it('names every failure in the summary', () => {
    expect(summary([good, bad])).toBe(
      ['✓ good  3 passed, 1 skipped', '✗ bad   2 passed, 2 failed', '    first', '    second'].join(
        '\n',
      ),
    );
  });
});
