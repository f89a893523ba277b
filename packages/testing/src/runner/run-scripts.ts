import { execFileSync } from 'node:child_process';
import { type Outcome, singleCase } from './outcome.ts';
import { type Command, complaints, runCommand } from './run-command.ts';

const LIMIT_MS = 15 * 60_000;
const LAST_LINES = 60;

/** Scripts of the root package that must end well, beside the tests, each with its arguments. */
const scripts = [
  ['demo'],
  ['demo', '--', '--profile', 'postgres'],
  ['demo', '--', '--profile', 'postgres-redis'],
  ['demo', '--', '--profile', 'postgres-mongo'],
  ['audit:blind'],
  ['fuzz'],
  ['simulate', '--', '--seeds', '200'],
  ['simulate', '--', '--canaries'],
  ['bench', '--', '--smoke'],
  ['chaos', '--', '--minutes', '2', '--profile', 'embedded'],
  ['chaos', '--', '--minutes', '2', '--profile', 'postgres'],
  ['chaos', '--', '--minutes', '2', '--profile', 'postgres-redis'],
  // The server that speaks MongoDB's protocol here writes one change at a time: half the usual devices keep it busy.
  ['chaos', '--', '--minutes', '2', '--profile', 'postgres-mongo', '--devices', '12'],
] as const;

/** Runs each script as one case. */
export async function runScripts(root: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [script, ...args] of scripts) {
    const more = script === 'fuzz' ? seedOfCommit(root) : [];
    const name = [script, ...args.filter((arg) => arg !== '--')].join(' ');
    console.log(`\n── npm run ${name}`);
    outcomes.push(singleCase(name, await runScript(root, ['run', script, ...args, ...more])));
  }
  return outcomes;
}

/** What there is to complain about. The end of what it printed is told again: much comes after it. */
async function runScript(root: string, args: readonly string[]): Promise<readonly string[]> {
  const command: Command = { program: 'npm', args, root, limitMs: LIMIT_MS, collect: 'and show' };
  const ended = await runCommand(command);
  const findings = complaints(command, ended);
  return findings.length === 0 ? [] : [...findings, ...ended.output.split('\n').slice(-LAST_LINES)];
}

/** Each commit is fuzzed with a seed of its own, and again with the same one wherever it is looked at. Without Git by chance. */
function seedOfCommit(root: string): readonly string[] {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
    return ['--', '--seed', String(Number.parseInt(commit.slice(0, 7), 16))];
  } catch {
    return [];
  }
}
