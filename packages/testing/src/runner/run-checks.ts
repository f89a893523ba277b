import { checkArrows } from '../architecture/check-arrows.ts';
import { checkCanary } from '../architecture/check-canary.ts';
import { checkDecisions } from '../architecture/check-decisions.ts';
import { checkGuarantees } from '../architecture/check-guarantees.ts';
import { type Outcome, singleCase } from './outcome.ts';
import { complaints, runCommand } from './run-command.ts';

type Check = (root: string) => Promise<readonly string[]>;

const LIMIT_MS = 5 * 60_000;

const checks: Readonly<Record<string, Check>> = {
  types: program('tsc', '-b'),
  lint: program('oxlint'),
  format: program('oxfmt', '--check'),
  arrows: checkArrows,
  canary: checkCanary,
  'dead code': program('knip', '--no-progress', '--no-config-hints'),
  decisions: checkDecisions,
  guarantees: checkGuarantees,
};

/** Runs what needs no service: each check is one case. All run, whatever the others find. */
export async function runChecks(root: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [name, check] of Object.entries(checks)) {
    console.log(`\n── ${name}`);
    outcomes.push(singleCase(name, await findings(check, root)));
  }
  return outcomes;
}

/** A check that breaks has found something too: it could not look. */
async function findings(check: Check, root: string): Promise<readonly string[]> {
  try {
    return await check(root);
  } catch (error) {
    return [`the check itself failed: ${String(error)}`];
  }
}

function program(name: string, ...args: readonly string[]): Check {
  return async (root) => {
    const command = { program: name, args, root, limitMs: LIMIT_MS };
    return complaints(command, await runCommand(command));
  };
}
