import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from '../parts/parts.ts';
import { closingLine, isGood, missingParts, type Outcome, summary } from './outcome.ts';

/** Prints what happened, keeps the closing line in `reports/closing-line.txt`, and sets the exit code. */
export function conclude(root: string, outcomes: readonly Outcome[]): void {
  const line = closingLine(outcomes);
  mkdirSync(join(root, 'reports'), { recursive: true });
  writeFileSync(join(root, 'reports/closing-line.txt'), `${line}\n`);
  const closing = [summary(outcomes), ...missingParts(outcomes, parts), line];
  console.log(`\n${closing.join('\n\n')}`);
  process.exitCode = isGood(outcomes) ? 0 : 1;
}
