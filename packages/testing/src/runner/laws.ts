import { suiteTitles, type SuitedPort } from '../contracts/suite-titles.ts';
import type { CaseResult, VitestReport } from './vitest-report.ts';

/** One test of a contract suite, as it was run on something. */
export interface Law {
  readonly port: SuitedPort;
  /** The title of its suite. */
  readonly suite: string;
  /** What the suite was run on. */
  readonly subject: string;
  readonly sentence: string;
  /** `left out`: a part that it needs was not here. */
  readonly outcome: 'held' | 'broken' | 'left out';
}

const suites: readonly (readonly [string, SuitedPort])[] = (
  Object.keys(suiteTitles) as SuitedPort[]
).flatMap((port) => suiteTitles[port].map((title) => [title, port] as const));

/** All laws in a report of the test runner. */
export const lawsIn = ({ testResults }: Pick<VitestReport, 'testResults'>): readonly Law[] =>
  testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(lawOf));

function lawOf(result: CaseResult): readonly Law[] {
  for (const block of result.ancestorTitles ?? []) {
    const at = block.indexOf(': ');
    const [title, subject] = [block.slice(0, at), block.slice(at + 2)];
    const port = suites.find(([known]) => known === title)?.[1];
    if (port !== undefined)
      return [
        { port, suite: title, subject, sentence: result.fullName, outcome: outcomeOf(result) },
      ];
  }
  return [];
}

function outcomeOf({ status, meta }: CaseResult): Law['outcome'] {
  if (status === 'passed') return 'held';
  return status !== 'failed' && meta?.needs !== undefined ? 'left out' : 'broken';
}
