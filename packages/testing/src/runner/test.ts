/** `npm test`: everything that must hold. */
import { resolve } from 'node:path';
import { conclude } from './conclude.ts';
import { runContracts } from './run-contracts.ts';
import { runChecks } from './run-checks.ts';
import { runScripts } from './run-scripts.ts';
import { runSuites } from './run-suites.ts';

const root = resolve(import.meta.dirname, '../../../..');
const outcomes = [
  ...(await runChecks(root)),
  ...(await runSuites(root)),
  ...runContracts(root),
  ...(await runScripts(root)),
];
conclude(root, outcomes);
