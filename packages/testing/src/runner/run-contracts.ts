import { type Outcome, singleCase } from './outcome.ts';
import { readContracts } from './read-contracts.ts';
import { showContracts } from './show-contracts.ts';

/** The contracts of every adapter as one case, from the reports that the suites wrote: nothing is run again. */
export function runContracts(root: string): readonly Outcome[] {
  console.log('\n── contracts');
  const matrix = readContracts(root, 'reports/vitest.json');
  console.log(showContracts(matrix));
  return [singleCase('contracts', matrix.missing)];
}
