/**
 * `npm run fuzz`: everything that a client can send to a composed server, made from the schemas of the protocol.
 *
 *     npm run fuzz -- --cases 20000 --seed 1
 *     npm run fuzz -- --replay=1234:0:3 --store postgres
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { temporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import fc from 'fast-check';
import { Finding } from './judge.ts';
import { Memory } from './memory.ts';
import type { Step } from './steps.ts';
import { stories } from './stories.ts';
import { Story } from './story.ts';
import { startSubject, type Subject } from './subject.ts';
import { Tally } from './tally.ts';
import { told } from './told.ts';

type Store = 'memory' | 'postgres';

/** One story in so many is played on a real database, which is slower. */
const postgresEvery = 20;
const shrinkMs = 40_000;
const storiesPerLine = 100;
/** Of the cases, so many at least must have got past the schemas: else the run says little. */
const reachedShare = 1 / 3;

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    store: { type: 'string', default: 'memory' },
  },
});

/** Servers by their store, each begun when it is first needed. */
class Servers {
  #postgres: Promise<Awaited<ReturnType<typeof temporaryPostgres>>> | null = null;
  readonly #shared = new Map<Store, Promise<Subject>>();
  #schemas = 0;

  /** The one that lives as long as the run. */
  shared(store: Store): Promise<Subject> {
    const made = this.#shared.get(store) ?? this.fresh(store);
    this.#shared.set(store, made);
    return made;
  }

  async fresh(store: Store): Promise<Subject> {
    if (store === 'memory') return startSubject({ kind: 'memory' });
    this.#postgres ??= temporaryPostgres();
    const { url } = await this.#postgres;
    const schema = `fuzz${this.#schemas++}`;
    return startSubject({ kind: 'postgres', url, schema, migrate: 'at-start' });
  }

  /** What failed may be left in any state. */
  async drop(store: Store): Promise<void> {
    const shared = this.#shared.get(store);
    this.#shared.delete(store);
    await (await shared)?.stop();
  }

  async stop(): Promise<void> {
    for (const store of [...this.#shared.keys()]) await this.drop(store);
    await (await this.#postgres)?.stop();
  }
}

/** Plays one story: the first time on the server that all use, and what is smaller on servers of its own. */
async function play(
  servers: Servers,
  { seed, path, index, store }: { seed: number; path?: string; index: number; store: Store },
  tally: Tally,
): Promise<boolean> {
  let first = path === undefined;
  const property = fc.asyncProperty(stories, async (steps: Step[]) => {
    const subject = first ? await servers.shared(store) : await servers.fresh(store);
    const counted = first ? tally : new Tally();
    try {
      await Story.play(subject, index, steps, counted);
    } finally {
      if (!first) await subject.stop();
      first = false;
    }
  });
  const details = await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: shrinkMs,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  });
  if (!details.failed) return true;
  const { counterexample, counterexamplePath, errorInstance } = details;
  const finding = errorInstance instanceof Finding ? errorInstance : null;
  tally[finding?.kind ?? 'fault'] += 1;
  console.log(`\n✗ ${finding?.message ?? String((errorInstance as Error)?.stack)}`);
  const steps = counterexample?.[0] ?? [];
  const last = finding?.step ?? steps.length;
  for (const step of steps.slice(0, last + 1)) console.log(`    ${told(step)}`);
  console.log(`    npm run fuzz -- --replay=${seed}:${counterexamplePath} --store ${store}`);
  await servers.drop(store);
  return false;
}

const seedOf = (seed: number, index: number): number => (seed * 1_000_003 + index * 7_919) | 0;

async function run(servers: Servers, tally: Tally): Promise<boolean> {
  if (options.replay !== undefined) {
    const [seed = '', ...path] = options.replay.split(':');
    const store = options.store === 'postgres' ? 'postgres' : 'memory';
    return play(servers, { seed: Number(seed), path: path.join(':'), index: 0, store }, tally);
  }
  const [cases, seed] = [Number(options.cases), Number(options.seed ?? randomInt(2 ** 31))];
  console.log(`fuzz: ${cases} cases, --seed ${seed}`);
  const memory = new Memory();
  let good = true;
  for (let index = 0; good && tally.cases < cases; index++) {
    const store = index % postgresEvery === 1 ? 'postgres' : 'memory';
    good = await play(servers, { seed: seedOf(seed, index), index, store }, tally);
    if (index === 1) memory.begin();
    memory.look();
    if (index % storiesPerLine === storiesPerLine - 1) console.log(`  ${tally.cases} cases`);
  }
  await servers.stop();
  const { line, bounded } = await memory.end();
  console.log(`fuzz: ${tally.verdicts()}\n${line}`);
  if (!bounded) console.log('✗ memory is not bounded');
  const deep = tally.reached >= tally.cases * reachedShare;
  if (!deep) console.log('✗ too few cases got past the schemas');
  return good && bounded && deep;
}

const servers = new Servers();
const tally = new Tally();
const began = performance.now();
try {
  if (!(await run(servers, tally))) process.exitCode = 1;
} finally {
  await servers.stop();
}
console.log(`fuzz: ${Math.round((performance.now() - began) / 1_000)} s`);
console.log(tally.line());
