import { execFileSync } from 'node:child_process';
import { type PartName, parts } from '../parts/parts.ts';
import { notRun, type Outcome, singleCase } from './outcome.ts';
import { type Command, complaints, runCommand } from './run-command.ts';

const LIMIT_MS = 15 * 60_000;
const LAST_LINES = 60;

interface Script {
  /** Its name in the root package, and its arguments. */
  readonly run: readonly [string, ...string[]];
  /** Parts without which it is left out. */
  readonly needs?: readonly PartName[];
}

/** What must end well, beside the tests. */
const scripts: readonly Script[] = [
  { run: ['demo'] },
  { run: ['demo', '--profile', 'postgres'] },
  { run: ['demo', '--profile', 'postgres-redis'], needs: ['ownRedis'] },
  { run: ['demo', '--profile', 'postgres-mongo'], needs: ['ownMongodb'] },
  { run: ['audit:blind'] },
  { run: ['fuzz'] },
  { run: ['simulate', '--seeds', '200'] },
  { run: ['simulate', '--canaries'] },
  { run: ['bench', '--smoke'] },
  { run: ['chaos', '--minutes', '2', '--profile', 'embedded'] },
  { run: ['chaos', '--minutes', '2', '--profile', 'postgres'] },
  { run: ['chaos', '--minutes', '2', '--profile', 'postgres-redis'], needs: ['ownRedis'] },
  // The server that speaks MongoDB's protocol here writes one change at a time: half the usual devices keep it busy.
  {
    run: ['chaos', '--minutes', '2', '--profile', 'postgres-mongo', '--devices', '12'],
    needs: ['ownMongodb'],
  },
];

/** Runs each script as one case. */
export async function runScripts(root: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { run, needs = [] } of scripts) {
    const name = run.join(' ');
    const isPossible = needs.every((part) => parts[part].isHere());
    outcomes.push(
      isPossible
        ? singleCase(name, await runNamed(root, run))
        : notRun(name, needs, process.env['CI'] === 'true'),
    );
  }
  return outcomes;
}

function runNamed(root: string, [script, ...args]: Script['run']): Promise<readonly string[]> {
  const all = [...args, ...(script === 'fuzz' ? seedOfCommit(root) : [])];
  console.log(`\n── npm run ${[script, ...all].join(' ')}`);
  return runScript(root, ['run', script, ...(all.length === 0 ? [] : ['--', ...all])]);
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
    return ['--seed', String(Number.parseInt(commit.slice(0, 7), 16))];
  } catch {
    return [];
  }
}
