import type { PartKind } from '../parts/parts.ts';

/** What one run (a check, a package's tests, the demo) adds to the count. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  /** One line per failed case. */
  readonly failures: readonly string[];
  /** Cases that did not run; where that is not allowed they are among the failures instead. */
  readonly skipped: number;
  /** Which cases that did not run need a real part. */
  readonly leftOut?: readonly LeftOut[];
}

/** One case that did not run and needs real parts. */
export interface LeftOut {
  /** The test file, relative to its package; of a run that is a single case its name. */
  readonly file: string;
  /** The parts, by the names under which it asked for them. */
  readonly needs: readonly string[];
}

/** The outcome of a run that is a single case: it passes when nothing was found. */
export function singleCase(name: string, failures: readonly string[]): Outcome {
  return failures.length === 0
    ? { name, passed: 1, failures: [], skipped: 0 }
    : { name, passed: 0, failures: [failures.join('\n')], skipped: 0 };
}

/** The outcome of a single case that needs parts which are not here; that it is left out may count as failed. */
export function notRun(name: string, needs: readonly string[], fails: boolean): Outcome {
  const leftOut = [{ file: name, needs }];
  return fails
    ? { ...singleCase(name, [`did not run: it needs ${needs.join(', ')}`]), leftOut }
    : { name, passed: 0, failures: [], skipped: 1, leftOut };
}

/** The closing line of every run, which other programs read: `N passed, N failed`. */
export function closingLine(outcomes: readonly Outcome[]): string {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0);
  return `${passed} passed, ${failed} failed`;
}

/** A run is good when something passed and nothing failed: an empty run proves nothing. */
export function isGood(outcomes: readonly Outcome[]): boolean {
  return (
    outcomes.some((outcome) => outcome.passed > 0) &&
    outcomes.every((outcome) => outcome.failures.length === 0)
  );
}

/** One line per run, and under it what failed. */
export function summary(outcomes: readonly Outcome[]): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.name.length));
  return outcomes.map((outcome) => describeOutcome(outcome, width)).join('\n');
}

function describeOutcome({ name, passed, failures, skipped }: Outcome, width: number): string {
  const counts = [`${passed} passed`];
  if (failures.length > 0) counts.push(`${failures.length} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  const mark = failures.length > 0 ? '✗' : '✓';
  const lines = failures.map((failure) => `    ${failure.replaceAll('\n', '\n    ')}`);
  return [`${mark} ${name.padEnd(width)}  ${counts.join(', ')}`, ...lines].join('\n');
}

/**
 * One line per part that was missing: which suites did not run for it, and how to get it. Empty when none was. A suite that
 * was left out although its parts seem to be here has asked one, and found it to be something else.
 */
export function missingParts(
  outcomes: readonly Outcome[],
  parts: Readonly<Record<string, PartKind>>,
): readonly string[] {
  const seemHere = (needs: readonly string[]): boolean =>
    needs.every((part) => parts[part]?.isHere() ?? true);
  return Object.entries(parts).flatMap(([part, { title, howToGet, isHere }]) => {
    const suites = outcomes.flatMap(({ name, leftOut = [] }) => {
      const cases = leftOut.filter(
        ({ needs }) => needs.includes(part) && (!isHere() || seemHere(needs)),
      );
      const files = [...new Set(cases.map(({ file }) => file))].join(', ');
      return cases.length === 0 ? [] : [`${cases.length} tests of ${name} (${files})`];
    });
    if (suites.length === 0) return [];
    return [
      `NOT RUN, because ${title} is not here: ${suites.join('; ')}. To run them: ${howToGet}.`,
    ];
  });
}
