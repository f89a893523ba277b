import { promises } from '../judge/checker.ts';
import { type EngineName, type RunResult, simulate } from '../simulate.ts';
import { runJobs } from './pool.ts';
import { findingLine, Tally } from './report.ts';
import { shrink } from './shrink.ts';
import type { Job } from './worker.ts';

/** One run of so many encrypts for real, which costs many times as much. */
const mlsEvery = 50;

function* jobsOf(from: number, count: number): Generator<Job> {
  for (let seed = from; seed < from + count; seed += 1) {
    yield { seed, engine: 'plaintext' };
    if (seed % mlsEvery === 0) yield { seed, engine: 'mls' };
  }
}

/** Runs many seeds and prints what was checked. Answers whether every promise was kept. */
export async function runSeeds(from: number, count: number): Promise<boolean> {
  const tally = new Tally();
  const failed = new Set<number>();
  let worst: { readonly job: Job; readonly result: RunResult } | null = null;
  await runJobs(jobsOf(from, count), (job, result) => {
    tally.add(result);
    if (result.findings.length === 0) return true;
    failed.add(job.seed);
    if (worst === null || job.seed < worst.job.seed) worst = { job, result };
    return true;
  });
  if (failed.size > 0) console.log(`Seeds that failed: ${[...failed].join(' ')}`);
  if (worst) await explain(worst);
  console.log(`${tally.happened} events, ${tally.entries} entries in the end`);
  const unseen = promises.filter((promise) => tally.checks.get(promise) === 0);
  if (unseen.length > 0) console.log(`Nothing was checked of ${unseen.join(', ')}: more seeds.`);
  console.log(`${tally.table()}\n${tally.line()}`);
  return tally.failures === 0 && unseen.length === 0;
}

async function explain({
  job: { seed, engine },
  result: { findings, plan },
}: {
  readonly job: Job;
  readonly result: RunResult;
}): Promise<void> {
  console.log(`Seed ${seed} with ${engine}:`);
  for (const finding of findings) console.log(findingLine(finding));
  const broken = findings[0]?.promise ?? null;
  const kept = await shrink(plan.length, async (places) => {
    const again = await simulate({ seed, engine, only: new Set(places) });
    return again.findings.some(({ promise }) => promise === broken);
  });
  console.log('These steps are enough:');
  for (const place of kept) {
    const step = plan[place];
    if (step) console.log(`  ${(step.at / 1_000).toFixed(3)} s ${step.name}`);
  }
  console.log(
    `Again: npm run simulate -- --seed ${seed} --engine ${engine} --only=${kept.join(',')}`,
  );
}

/** Runs one seed again, twice, and prints what it finds and what tells the run from others. */
export async function runAgain(
  seed: number,
  engine: EngineName,
  only: ReadonlySet<number> | null,
): Promise<boolean> {
  const options = { seed, engine, ...(only ? { only } : {}) };
  const result = await simulate(options);
  const again = await simulate(options);
  const tally = new Tally();
  tally.add(result);
  for (const finding of result.findings) console.log(findingLine(finding));
  console.log(tally.table());
  console.log(`trace ${result.trace}${again.trace === result.trace ? ', the same twice' : ''}`);
  console.log(tally.line());
  const replays = engine === 'mls' ? wentAlike(result, again) : again.trace === result.trace;
  if (!replays) console.log('The run went another way the second time.');
  return tally.failures === 0 && replays;
}

/** Whether two runs took the same steps, and were looked at alike: what MLS draws by itself changes none. */
const wentAlike = (one: RunResult, other: RunResult): boolean =>
  one.happened === other.happened &&
  one.entries === other.entries &&
  promises.every((promise) => one.checks[promise] === other.checks[promise]);
