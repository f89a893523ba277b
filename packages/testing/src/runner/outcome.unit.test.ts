import { describe, expect, it } from 'vitest';
import {
  closingLine,
  isGood,
  missingParts,
  notRun,
  type Outcome,
  singleCase,
  summary,
} from './outcome.ts';

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

describe('what is said of parts that are not here', () => {
  const parts = {
    redis: { title: 'Redis', isHere: () => false, howToGet: 'install it' },
    mongodb: { title: 'MongoDB', isHere: () => true, howToGet: 'name one' },
  };
  const outcomes: readonly Outcome[] = [
    good,
    {
      ...good,
      name: 'needy',
      leftOut: [
        { file: 'a.test.ts', needs: ['redis'] },
        { file: 'a.test.ts', needs: ['redis', 'mongodb'] },
        { file: 'b.test.ts', needs: ['redis'] },
      ],
    },
  ];

  it('is one line per part, with its suites and how to get it', () => {
    expect(missingParts(outcomes, parts)).toEqual([
      'NOT RUN, because Redis is not here: 3 tests of needy (a.test.ts, b.test.ts). To run them: install it.',
    ]);
  });

  it('tells of a run that was left out as well, which fails where nothing may be', () => {
    const told = [
      'NOT RUN, because Redis is not here: 1 tests of demo (demo). To run them: install it.',
    ];
    const leftOut = notRun('demo', ['redis'], false);
    expect(missingParts([leftOut], parts)).toEqual(told);
    expect(isGood([good, leftOut])).toBe(true);
    const failed = notRun('demo', ['redis'], true);
    expect(missingParts([failed], parts)).toEqual(told);
    expect(isGood([good, failed])).toBe(false);
  });

  it('tells of a suite that asked what is here, and found it to be something else', () => {
    const asked = { ...good, leftOut: [{ file: 'a.test.ts', needs: ['mongodb'] }] };
    expect(missingParts([asked], parts)).toEqual([
      'NOT RUN, because MongoDB is not here: 1 tests of good (a.test.ts). To run them: name one.',
    ]);
  });

  it('is nothing where all ran', () => {
    expect(missingParts([good], parts)).toEqual([]);
  });
});
