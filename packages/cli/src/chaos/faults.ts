import { type Crew, pause } from './crew.ts';
import type { Deployment } from './deployment.ts';
import { Seeded } from './seeded.ts';

/** What a fault works on. */
export interface Scene {
  readonly deployment: Deployment;
  readonly crew: Crew;
  readonly random: Seeded;
}

export interface Struck {
  /** From here on nothing is held back: recovery counts from now. Unix milliseconds. */
  readonly at: number;
  /** What has to come back before the next fault. */
  readonly restored: Promise<unknown>;
}

type Strike = (scene: Scene) => Promise<Struck>;

const now = (restored: Promise<unknown> = Promise.resolve()): Struck => ({
  at: Date.now(),
  restored,
});

/** Some connections, or all. How many there are changes nothing in what is drawn later. */
const share = (random: Seeded): (() => boolean) => {
  const probability = random.pick([0.3, 0.6, 1]);
  const own = new Seeded(random.between(0, 2 ** 31));
  return () => own.chance(probability);
};

const serverKilled: Strike = async ({ deployment, random }) => {
  const server = random.pick(deployment.servers);
  const absentMs = random.between(0, 3_000);
  await server.end('SIGKILL');
  return now(pause(absentMs).then(() => server.start()));
};

const serverStopped: Strike = async ({ deployment, random }) => {
  const server = random.pick(deployment.servers);
  server.signal('SIGSTOP');
  await pause(random.between(1_000, 8_000));
  server.signal('SIGCONT');
  return now();
};

const rollingRestart: Strike = async ({ deployment }) => {
  for (const server of deployment.servers) {
    await server.end('SIGTERM');
    await server.start();
  }
  return now();
};

const databaseRestarted: Strike = async ({ deployment }) => {
  const at = Date.now();
  await deployment.restartDatabase();
  return { at, restored: Promise.resolve() };
};

const databaseKilled: Strike = async ({ deployment }) => {
  deployment.killDatabase();
  return now();
};

const clientsKilled: Strike = async ({ crew, random }) => {
  const host = random.pick(crew.hosts);
  await crew.crash(host, random.between(5, 150));
  return now();
};

type Side = 'front' | 'back';

const cut =
  (side: Side): Strike =>
  async ({ deployment, random }) => {
    deployment[side].cut(share(random));
    return now();
  };

const reset =
  (side: Side): Strike =>
  async ({ deployment, random }) => {
    deployment[side].reset(share(random));
    return now();
  };

const halfOpen =
  (side: Side): Strike =>
  async ({ deployment, random }) => {
    deployment[side].silence(share(random));
    return now();
  };

const delayed =
  (side: Side, [from, to]: readonly [number, number]): Strike =>
  async ({ deployment, random }) => {
    deployment[side].delay(random.between(from, to));
    await pause(random.between(2_000, 6_000));
    deployment[side].delay(0);
    return now();
  };

/** Every fault that there is. `layer`: two of different ones can come at the same time. */
export const faults = {
  'server killed': { layer: 'servers', strike: serverKilled },
  'server stopped': { layer: 'servers', strike: serverStopped },
  'rolling restart': { layer: 'servers', strike: rollingRestart },
  'database restarted': { layer: 'database', strike: databaseRestarted },
  'database killed': { layer: 'database', strike: databaseKilled },
  'clients killed': { layer: 'clients', strike: clientsKilled },
  'clients cut off': { layer: 'front', strike: cut('front') },
  'clients reset': { layer: 'front', strike: reset('front') },
  'clients half-open': { layer: 'front', strike: halfOpen('front') },
  'clients delayed': { layer: 'front', strike: delayed('front', [100, 800]) },
  'database cut off': { layer: 'back', strike: cut('back') },
  'database reset': { layer: 'back', strike: reset('back') },
  'database half-open': { layer: 'back', strike: halfOpen('back') },
  'database delayed': { layer: 'back', strike: delayed('back', [20, 200]) },
} as const satisfies Record<string, { readonly layer: string; readonly strike: Strike }>;

export type FaultName = keyof typeof faults;
