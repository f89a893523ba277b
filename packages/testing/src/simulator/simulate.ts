import { type CryptoEngine, mlsEngine, plaintextEngine } from '@sealpost/client';
import { memoryStores } from '@sealpost/adapter-memory';
import type { Stores } from '@sealpost/domain';
import { anInstant } from '../builders/ids.ts';
import { Dice } from './core/dice.ts';
import { followCryptography, ForeignWork } from './core/foreign-work.ts';
import { allCheckers } from './judge/checkers.ts';
import type { Finding, Judge } from './judge/judge.ts';
import type { Sabotage } from './sabotage.ts';
import { tracked } from './server/tracked.ts';
import { handleOf } from './workload/running.ts';
import { calmSteps, schedule, silentSteps, type Step, stormSteps } from './workload/plan.ts';
import { password, World } from './world.ts';

export type EngineName = 'plaintext' | 'mls';

export interface RunOptions {
  readonly seed: number;
  readonly sabotage?: Sabotage;
  /** `mls` encrypts for real; only the schedule of such a run can be had again, not its bytes. */
  readonly engine?: EngineName;
  /** The steps of the plan that happen, by their place in it; all of them, if not said. */
  readonly only?: ReadonlySet<number>;
  /** Where the deployment's data lie, empty at each call; in memory, if not said. Only in memory a run can be had again. */
  readonly stores?: () => Promise<Stores>;
}

export interface RunResult {
  readonly seed: number;
  readonly plan: readonly Step[];
  readonly checks: Judge['checks'];
  readonly findings: readonly Finding[];
  /** How much happened. */
  readonly happened: number;
  readonly entries: number;
  /** Equal for equal runs. */
  readonly trace: string;
}

const minute = 60_000;
const stormStepCount = 90;
const calmStepCount = 24;
const silentStepCount = 6;
const looksEveryMs = 5_000;
/** Everything must have come right so long after the last fault. */
const convergenceMs = 4 * minute;

const inMemory = (): Promise<Stores> => Promise.resolve(memoryStores());

const engines: Readonly<Record<EngineName, () => CryptoEngine>> = {
  plaintext: () => plaintextEngine({ iUnderstandThatNothingIsEncrypted: true }),
  mls: mlsEngine,
};
/** The library of MLS asks the platform for the time when it looks at the life of a bundle. */
const beginnings: Readonly<Record<EngineName, () => number>> = {
  plaintext: () => anInstant,
  mls: () => Date.now(),
};

/** Runs one seed to its end: people arrive, things go wrong, all is mended, and what was promised is checked. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  const foreign = new ForeignWork();
  const undo = followCryptography(foreign);
  try {
    return await run(options, foreign);
  } finally {
    undo();
  }
}

async function run(
  { seed, sabotage = {}, engine = 'plaintext', only, stores = inMemory }: RunOptions,
  foreign: ForeignWork,
): Promise<RunResult> {
  const freshStores = async (): Promise<Stores> => tracked(await foreign.track(stores()), foreign);
  const dice = new Dice(seed);
  const world = new World({
    ...{ seed: dice.int(0, 0x7fffffff), sabotage, foreign },
    ...{ freshStores, firstStores: await freshStores() },
    engine: engines[engine],
    beginsAt: beginnings[engine](),
    processes: dice.int(1, 3),
    replicated: dice.int(0, 2) === 0 && stores === inMemory,
    keepMs: dice.int(0, 2) === 0 ? dice.int(1, 3) * minute : Infinity,
    checkers: allCheckers(),
  });
  const people = dice.int(2, 4);
  const plan = stormSteps(dice, stormStepCount);
  const silences = silentSteps(dice, silentStepCount);
  const afterwards = calmSteps(dice, calmStepCount);
  lookAround(world);
  await arrive(world, people);
  schedule(
    world,
    plan.filter((_, place) => only?.has(place) ?? true),
  );
  await world.timeline.runUntil(world.timeline.now + (plan.at(-1)?.at ?? 0));
  await comeRight(world, silences, afterwards);
  await world.judge.conclude(world);
  return {
    ...{ seed, plan },
    checks: world.judge.checks,
    findings: world.judge.findings,
    happened: world.timeline.happened,
    entries: [...world.ledger.logs.values()].reduce((sum, { head }) => sum + head, 0),
    trace: world.trace,
  };
}

function lookAround(world: World): void {
  world.timeline.after(looksEveryMs, () => {
    void world.judge.look(world).then(() => lookAround(world));
  });
}

/** Everybody registers and opens something to talk in. */
async function arrive(world: World, people: number): Promise<void> {
  await world.timeline.runUntil(minute, () => world.processes.every(({ accepts }) => accepts));
  const devices = Array.from({ length: people }, (_, person) => world.addDevice(person));
  for (const device of devices) {
    await device.start();
    const { number } = device;
    const who = { handle: handleOf(device.person), password, deviceName: `device ${number}` };
    device.do('register', (sealpost) => sealpost.register(who));
  }
  await world.timeline.runUntil(world.timeline.now + minute, () =>
    devices.every(({ ref }) => ref !== null),
  );
  const [first, ...others] = devices;
  const accounts = others.flatMap(({ ref }) => (ref ? [ref.account] : []));
  first?.do('found', (sealpost) => sealpost.createGroup('everybody', accounts));
  await world.timeline.runUntil(world.timeline.now + 5_000);
}

/** All that is broken is mended, people go on, and the deployment has its time to come right. */
async function comeRight(
  world: World,
  silences: readonly Step[],
  afterwards: readonly Step[],
): Promise<void> {
  world.mend();
  // No promise rests on hints: they go on being lost for a while.
  Object.assign(world.bus.faults, { lost: 500, doubled: 100, latencyMs: 500 });
  await world.timeline.runUntil(world.timeline.now + 15_000);
  schedule(world, silences);
  await world.timeline.runUntil(world.timeline.now + 50_000);
  schedule(world, afterwards);
  await world.timeline.runUntil(world.timeline.now + convergenceMs / 2);
  world.bus.mend();
  world.database.losePresence();
  await world.timeline.runUntil(world.timeline.now + convergenceMs / 2);
  // A connection may just be being renewed.
  await world.timeline.runUntil(world.timeline.now + 30_000, () => world.everybodyIsOnline());
}
