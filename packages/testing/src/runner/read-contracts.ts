import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../architecture/contract-coverage.ts';
import { type ContractMatrix, contractMatrix } from './contract-matrix.ts';
import { lawsIn } from './laws.ts';
import type { VitestReport } from './vitest-report.ts';
import { filesOf, type WorkspacePackage, workspacePackages } from './workspace-packages.ts';

/** Reads what the packages' reports of this name say of contracts; where there is no report, nothing was run. */
export const readContracts = (root: string, report: string): ContractMatrix =>
  contractMatrix(
    workspacePackages(root)
      .filter(({ folder }) => folder !== 'packages/testing')
      .map((pkg) => ({
        folder: pkg.folder,
        sources: sourcesOf(root, pkg),
        laws: lawsIn(reportIn(join(root, pkg.folder, report))),
      })),
  );

const sourcesOf = (root: string, pkg: WorkspacePackage): SourceFile[] =>
  filesOf(root, pkg, 'src/**/*.ts')
    .filter((path) => !/[.]test[.]ts$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, pkg.folder, path), 'utf8') }));

const reportIn = (path: string): Pick<VitestReport, 'testResults'> =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as VitestReport) : { testResults: [] };
