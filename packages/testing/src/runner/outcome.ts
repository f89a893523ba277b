/** What one run (a check, a package's tests, the demo) adds to the count. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  /** One line per failed case. */
  readonly failures: readonly string[];
  /** Cases that did not run; where that is not allowed they are among the failures instead. */
  readonly skipped: number;
}

/** The outcome of a run that is a single case: it passes when nothing was found. */
export function singleCase(name: string, failures: readonly string[]): Outcome {
  return failures.length === 0
    ? { name, passed: 1, failures: [], skipped: 0 }
    : { name, passed: 0, failures: [failures.join('\n')], skipped: 0 };
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
