import { relative } from 'node:path';
import { areRare } from '../parts/parts.ts';
import type { LeftOut, Outcome } from './outcome.ts';

/** The parts of Vitest's JSON report that are counted. */
export interface VitestReport {
  readonly success: boolean;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  /** Absolute path of the test file. */
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly CaseResult[];
}

export interface CaseResult {
  readonly fullName: string;
  /** The titles of the blocks that it stands in, outermost first. */
  readonly ancestorTitles?: readonly string[];
  readonly status: string;
  /** What was thrown, each with its stack. */
  readonly failureMessages?: readonly string[];
  readonly meta?: {
    /** What `needs` of the parts gave the test. */
    readonly needs?: readonly string[];
    /** What the suite of definitions saw of an adapter. */
    readonly adapter?: unknown;
  };
}

export interface Expected {
  readonly name: string;
  /** Absolute path of the package. */
  readonly folder: string;
  /** Every test file of the package, relative to its folder. */
  readonly testFiles: readonly string[];
  /** Whether a test that did not run counts as failed. */
  readonly skippingFails: boolean;
}

/**
 * Counts a package's report against what must be in it.
 *
 * - `null` stands for a report that was not written.
 * - Each test file must be in it and have run at least one test.
 * - A file that could not be loaded is one failure, as is a run that failed outside its tests.
 */
export function countReport(report: VitestReport | null, expected: Expected): Outcome {
  if (report === null) {
    return { name: expected.name, passed: 0, failures: ['wrote no report'], skipped: 0 };
  }
  const results = new Map(
    report.testResults.map((file) => [relative(expected.folder, file.name), file]),
  );
  const cases = report.testResults.flatMap((file) => file.assertionResults);
  const passed = cases.filter(({ status }) => status === 'passed').length;
  const failed = cases.filter(({ status }) => status === 'failed');
  const skipped = cases.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const failures = [
    ...failed.map(describeFailure),
    ...expected.testFiles.flatMap((path) => fileFailures(path, results.get(path))),
    ...(expected.skippingFails ? skipped.filter(isExpected).map(didNotRun) : []),
  ];
  if (failures.length === 0 && !report.success) failures.push('failed outside its tests');
  return {
    name: expected.name,
    passed,
    failures,
    skipped: skipped.filter((each) => !expected.skippingFails || !isExpected(each)).length,
    leftOut: report.testResults.flatMap((file) => leftOutOf(file, expected.folder)),
  };
}

/** Lines and characters of a message that are shown: a seed and a counterexample stand at the beginning. */
const SHOWN = { lines: 12, characters: 1500 };

/** The case, and under it why it failed, without the stack. */
function describeFailure({ fullName, failureMessages = [] }: CaseResult): string {
  const [message = ''] = failureMessages.join('\n').split(/^ {4}at /m);
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, SHOWN.lines).join('\n    ').slice(0, SHOWN.characters);
  return [fullName, ...(shown === '' ? [] : [`    ${shown}`])].join('\n');
}

const isExpected = ({ meta }: CaseResult): boolean => !areRare(meta?.needs ?? []);

function didNotRun({ fullName, meta }: CaseResult): string {
  const needed = meta?.needs ?? [];
  return `did not run: ${fullName}${needed.length === 0 ? '' : ` (needs ${needed.join(', ')})`}`;
}

function leftOutOf(file: FileResult, folder: string): readonly LeftOut[] {
  return file.assertionResults.flatMap(({ status, meta }) =>
    status === 'passed' || status === 'failed' || meta?.needs === undefined
      ? []
      : [{ file: relative(folder, file.name), needs: meta.needs }],
  );
}

function fileFailures(path: string, file: FileResult | undefined): readonly string[] {
  if (file === undefined) return [`${path}: is not in the report`];
  if (file.assertionResults.length === 0) return [`${path}: ran no test. ${file.message}`.trim()];
  const explained = file.assertionResults.some(({ status }) => status === 'failed');
  return file.status === 'failed' && !explained ? [`${path}: ${file.message}`] : [];
}
