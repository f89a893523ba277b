import { canaries } from '../canaries/index.ts';
import { runJobs } from './pool.ts';
import type { Job } from './worker.ts';

const mostSeeds = 200;

/** When a canary was caught, and by which promise. */
interface Caught {
  readonly seed: number;
  readonly by: string;
}

function* seedsFor(canary: string, caught: ReadonlyMap<string, Caught>): Generator<Job> {
  for (let seed = 1; seed <= mostSeeds && !caught.has(canary); seed += 1)
    yield { seed, engine: 'plaintext', canary };
}

function* allJobs(caught: ReadonlyMap<string, Caught>): Generator<Job> {
  for (const { name } of canaries) yield* seedsFor(name, caught);
}

/**
 * Runs each deliberate bug until a checker of a promise finds it, and prints after how many seeds. Answers whether all
 * were caught.
 */
export async function runCanaries(): Promise<boolean> {
  const caught = new Map<string, Caught>();
  await runJobs(allJobs(caught), ({ canary = '', seed }, { findings }) => {
    const finding = findings.find(({ promise }) => promise !== null);
    const before = caught.get(canary)?.seed ?? Infinity;
    if (finding && seed < before) caught.set(canary, { seed, by: finding.promise ?? '' });
    return true;
  });
  for (const { name } of canaries) {
    const found = caught.get(name);
    console.log(found ? `${found.by.padEnd(4)} after ${found.seed}: ${name}` : `MISSED: ${name}`);
  }
  console.log(`canaries: caught=${caught.size} of=${canaries.length}`);
  return caught.size === canaries.length;
}
