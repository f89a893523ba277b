import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';

export const checkout = resolve(import.meta.dirname, '../../../..');
const bin = join(checkout, 'packages/cli/bin/sealpost.js');
const programs = join(checkout, 'node_modules/.bin');

/** What somebody has who works outside of this checkout: nothing of the tests' own settings. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, ...inherited } = process.env;
  return { ...inherited, PATH: `${programs}:${process.env['PATH'] ?? ''}` };
}

/** Brings what packages ship up to date: outside of the checkout there are no sources. */
export const buildCheckout = (): void =>
  void execFileSync(
    join(programs, 'tsc'),
    ['-b', 'packages/cli/tsconfig.src.json', 'packages/testing/tsconfig.src.json'],
    {
      cwd: checkout,
      env: environment(),
    },
  );

interface Result {
  readonly code: number | null;
  readonly output: string;
}

/** One case in a report of the adapter's own test runner. */
export interface Case {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}

/** A folder of somebody who writes an adapter. */
export class AdapterWorkshop {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealpost-workshop-')));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `sealpost create-adapter`, and has at hand what `npm install` would bring. Answers the package's folder. */
  create(port: string, name: string): string {
    expect(run(this.folder, bin, 'create-adapter', port, name)).toMatchObject({ code: 0 });
    const folder = join(this.folder, name);
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
    return folder;
  }
}

/** Runs a program in the package's folder to its end. */
export function run(folder: string, program: string, ...args: readonly string[]): Result {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

/** Runs the package's tests. */
export function casesOf(folder: string): readonly Case[] {
  const report = join(folder, 'report.json');
  run(folder, 'vitest', 'run', '--reporter=json', `--outputFile=${report}`);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly testResults: readonly { readonly assertionResults: readonly Case[] }[];
  };
  return testResults.flatMap(({ assertionResults }) => assertionResults);
}
