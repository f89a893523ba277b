import { runCommand } from '../runner/run-command.ts';
import { canaryWorkspace } from './canary-workspace.ts';
import { cruise } from './cruise.ts';
import type { Planted } from './planted.ts';
import { plantedImports } from './planted-imports.ts';
import { plantedImpurities } from './planted-impurities.ts';
import { plantedSlips } from './planted-slips.ts';

/** What was said about each file. */
type Said = ReadonlyMap<string, ReadonlySet<string>>;

const files: readonly Planted[] = [...plantedImports, ...plantedImpurities, ...plantedSlips];

/**
 * Checks the checkers: in a workspace of planted files each must report exactly what is wrong, and nothing
 * about the files that look alike and are right. A rule of the arrows without a planted file is a finding too.
 */
export async function checkCanary(root: string): Promise<readonly string[]> {
  const workspace = canaryWorkspace(root, files);
  try {
    const { violations, rules } = await cruise(workspace.root);
    const said = gather([
      ...violations.map(({ rule, from }) => [from, `arrows ${rule}`] as const),
      ...(await lint(workspace.root)),
      ...(await compile(workspace.root)),
    ]);
    console.log(`${files.length} planted files, ${rules.length} rules of the arrows`);
    return [...canaryFindings(files, said), ...unproved(files, rules)];
  } finally {
    workspace.dispose();
  }
}

/** Where what was said differs from what must be said. */
export function canaryFindings(planted: readonly Planted[], said: Said): readonly string[] {
  return planted.flatMap(({ path, reports }) => {
    const heard = said.get(path) ?? new Set();
    return [
      ...reports.filter((report) => !heard.has(report)).map((it) => `${path}: not seen: ${it}`),
      ...[...heard].filter((it) => !reports.includes(it)).map((it) => `${path}: unexpected: ${it}`),
    ];
  });
}

function unproved(planted: readonly Planted[], rules: readonly { name: string }[]): string[] {
  const proved = new Set(planted.flatMap(({ reports }) => reports));
  return rules
    .filter(({ name }) => !proved.has(`arrows ${name}`))
    .map(({ name }) => `no planted file breaks the rule ${name}`);
}

function gather(pairs: readonly (readonly [path: string, report: string])[]): Said {
  const said = new Map<string, Set<string>>();
  for (const [path, report] of pairs) {
    const reports = said.get(path) ?? new Set();
    said.set(path, reports.add(report));
  }
  return said;
}

interface LintReport {
  readonly diagnostics: readonly { readonly code?: string; readonly filename: string }[];
}

async function lint(root: string): Promise<readonly (readonly [string, string])[]> {
  const args = ['--format=json'];
  const { output } = await runCommand({
    program: 'oxlint',
    args,
    root,
    limitMs: 120_000,
    collect: 'silently',
  });
  const { diagnostics } = JSON.parse(output) as LintReport;
  return diagnostics.map(({ code = '', filename }) => [filename, `lint ${ruleOf(code)}`]);
}

/** `eslint(no-empty)` and `vitest(valid-title)` as the configuration names them. */
function ruleOf(code: string): string {
  return code.replace(/^(.*)\((.*)\)$/, (_, plugin: string, rule: string) =>
    plugin === 'eslint' ? rule : `${plugin}/${rule}`,
  );
}

/** Compiles the packages that the compiler itself keeps pure. */
async function compile(root: string): Promise<readonly (readonly [string, string])[]> {
  const projects = ['packages/domain/tsconfig.src.json', 'packages/protocol/tsconfig.src.json'];
  const args = ['-b', ...projects, '--pretty', 'false'];
  const { output } = await runCommand({
    program: 'tsc',
    args,
    root,
    limitMs: 120_000,
    collect: 'silently',
  });
  return [...output.matchAll(/^(\S+)\(\d+,\d+\): error TS/gm)].map(([, path = '']) => [
    path,
    'types',
  ]);
}
