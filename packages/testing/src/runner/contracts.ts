/** `npm run contracts`: runs the contract suites of every adapter, and prints which holds how many laws of which port. */
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readContracts } from './read-contracts.ts';
import { runCommand } from './run-command.ts';
import { showContracts } from './show-contracts.ts';
import { filesOf, workspacePackages } from './workspace-packages.ts';

const REPORT = 'reports/contracts.json';
const LIMIT_MS = 30 * 60_000;
const root = resolve(import.meta.dirname, '../../../..');

/** Calls of suites, also by a helper of the same name: `conversationLogContract(`, `logModelSuite(`. */
const calls = /\b\w+(Contract|ModelSuite)\(/;

for (const pkg of workspacePackages(root)) {
  const folder = join(root, pkg.folder);
  rmSync(join(folder, REPORT), { force: true });
  if (pkg.folder === 'packages/testing') continue;
  const tests = filesOf(root, pkg, '{src,test}/**/*.test.ts').filter((path) =>
    calls.test(readFileSync(join(folder, path), 'utf8')),
  );
  if (tests.length === 0) continue;
  console.log(`\n── ${pkg.name}`);
  const config = join(root, 'vitest.config.ts');
  await runCommand({
    program: 'vitest',
    args: ['run', '--config', config, '--root', '.', `--outputFile.json=${REPORT}`, ...tests],
    root,
    folder,
    limitMs: LIMIT_MS,
  });
}
const matrix = readContracts(root, REPORT);
console.log(`\n${showContracts(matrix)}`);
process.exitCode =
  matrix.missing.length === 0 && (process.env['CI'] !== 'true' || matrix.leftOut === 0) ? 0 : 1;
