import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, singleCase } from './outcome.ts';
import { complaints, runCommand } from './run-command.ts';
import { countReport, type Expected, type VitestReport } from './vitest-report.ts';
import { filesOf, workspacePackages } from './workspace-packages.ts';

const REPORT = 'reports/vitest.json';
const LIMIT_MS = 30 * 60_000;

/** Runs the tests of every package that has any, one package at a time, and counts their reports. */
export async function runSuites(root: string): Promise<readonly Outcome[]> {
  const suites = findSuites(root);
  for (const { folder } of suites) rmSync(join(folder, REPORT), { force: true });

  const names = suites.map(({ name }) => name).join(',');
  const command = {
    program: 'nx',
    args: [
      'run-many',
      '--target=test',
      `--projects=${names}`,
      '--parallel=1',
      '--output-style=stream',
      // A release is proven by what ran for it, not by what a cache remembers.
      ...(process.env['CI'] === 'true' ? ['--skip-nx-cache'] : []),
    ],
    root,
    limitMs: LIMIT_MS,
  };
  const ended = await runCommand(command);

  const outcomes = suites.map((suite) => countReport(readReport(suite.folder), suite));
  const explained = outcomes.some(({ failures }) => failures.length > 0);
  // The runner's own failure counts once, unless the reports already tell why.
  const runner = explained ? [] : complaints(command, ended);
  return runner.length === 0 ? outcomes : [...outcomes, singleCase('test runner', runner)];
}

function findSuites(root: string): readonly Expected[] {
  const skippingFails = process.env['CI'] === 'true';
  return workspacePackages(root)
    .map((pkg) => ({
      name: pkg.name,
      folder: join(root, pkg.folder),
      testFiles: filesOf(root, pkg, '**/*.test.{ts,tsx}'),
      skippingFails,
    }))
    .filter(({ testFiles }) => testFiles.length > 0);
}

function readReport(folder: string): VitestReport | null {
  const path = join(folder, REPORT);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as VitestReport) : null;
}
