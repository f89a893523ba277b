import { type WorkspacePackage, filesOf, workspacePackages } from '../runner/workspace-packages.ts';
import { runCommand } from '../runner/run-command.ts';

/** The parts of dependency-cruiser's JSON report that are read here. */
interface CruiseReport {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly ruleSetUsed: { readonly forbidden: readonly ArrowRule[] };
  };
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string; readonly module: string }[];
  }[];
}

export interface ArrowRule {
  readonly name: string;
  readonly comment: string;
}

export interface ArrowViolation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface Cruise {
  readonly violations: readonly ArrowViolation[];
  readonly rules: readonly ArrowRule[];
  /** Source files on disk that the cruiser did not look at. */
  readonly unseen: readonly string[];
  /** How many modules of the workspace it looked at. */
  readonly seen: number;
}

const undeclaredSibling: ArrowRule = {
  name: 'no-undeclared-sibling',
  comment:
    'npm links every package of the workspace, declared or not; undeclared, it is missing for others, and the task cache does not see that tests depend on it.',
};

/** Follows every import below `packages` by the rules of `.dependency-cruiser.cjs` in the same root. */
export async function cruise(root: string): Promise<Cruise> {
  const { output, exitCode } = await runCommand({
    program: 'depcruise',
    args: ['packages', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
    root,
    limitMs: 120_000,
    collect: 'silently',
  });
  // It writes no report when it cannot read a file; which one stands on standard error.
  if (output === '') throw new Error(`dependency-cruiser ended with ${exitCode ?? 'a signal'}`);
  const report = JSON.parse(output) as CruiseReport;
  const packages = workspacePackages(root);
  const seen = new Set(report.modules.map(({ source }) => source));
  const files = packages.flatMap((pkg) =>
    filesOf(root, pkg, '{src,test,bin}/**/*.{ts,tsx,js}').map((path) => `${pkg.folder}/${path}`),
  );
  return {
    violations: [
      ...report.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
      ...undeclaredSiblings(report, packages),
    ],
    rules: [...report.summary.ruleSetUsed.forbidden, undeclaredSibling],
    unseen: files.filter((path) => !seen.has(path)),
    seen: files.filter((path) => seen.has(path)).length,
  };
}

/** dependency-cruiser takes workspace links for local files, so it cannot tell that one is undeclared. */
function undeclaredSiblings(
  report: CruiseReport,
  packages: readonly WorkspacePackage[],
): readonly ArrowViolation[] {
  const owner = (path: string): WorkspacePackage | undefined =>
    packages.find(({ folder }) => path.startsWith(`${folder}/`));
  return report.modules.flatMap(({ source, dependencies }) => {
    const importer = owner(source);
    return dependencies.flatMap(({ resolved }) => {
      const imported = owner(resolved);
      if (importer === undefined || imported === undefined || imported === importer) return [];
      if (importer.declared.has(imported.name)) return [];
      return [{ rule: undeclaredSibling.name, from: source, to: resolved }];
    });
  });
}
