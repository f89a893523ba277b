import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../judge/judge.ts';
import { runThread } from '../runs/pool.ts';
import type { Job } from '../runs/worker.ts';
import { type Deletion, withoutLines } from './deletion.ts';
import type { Instead } from './take-away.ts';

/** After how many runs it was seen that lines are missing, and by what. */
export interface Seen {
  readonly seeds: number;
  readonly by: string;
}

/** A run takes a second: what takes so long does not end. */
const limitMs = 60_000;

const before = new URL('take-away.ts', import.meta.url).href;

/** Simulates deployments whose domain lacks some lines, until that shows; null: it does not. */
export async function tryWithout(
  source: string,
  { file, from, to }: Deletion,
  mostSeeds: number,
): Promise<Seen | null> {
  const path = join(source, file);
  const text = withoutLines(readFileSync(path, 'utf8'), from, to);
  const workerData: Instead = { url: pathToFileURL(path).href, text };
  const execArgv = [...process.execArgv, '--import', before];
  let seeds = 0;
  let finding: Finding | undefined;
  function* jobs(): Generator<Job> {
    while (seeds < mostSeeds) yield { seed: (seeds += 1), engine: 'plaintext' };
  }
  const look = (_: Job, { findings }: { readonly findings: readonly Finding[] }): boolean => {
    finding = findings.find(({ promise }) => promise !== null) ?? findings[0];
    return finding === undefined;
  };
  try {
    await runThread(jobs(), look, { workerData, execArgv, stderr: true, limitMs });
  } catch {
    return { seeds, by: 'ends' };
  }
  return finding ? { seeds, by: finding.promise ?? 'throws' } : null;
}
