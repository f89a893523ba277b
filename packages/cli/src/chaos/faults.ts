import type { PartName, ProfileName } from '../harness/profile-parts.ts';
import { partsOfProfile } from '../harness/profile-parts.ts';
import { type Crew, pause } from './crew.ts';
import type { Deployment } from './deployment.ts';
import type { FaultyProxy } from './faulty-proxy.ts';
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

const partRestarted =
  (name: PartName): Strike =>
  async ({ deployment }) => {
    const at = Date.now();
    await deployment.part(name).restart();
    return { at, restored: Promise.resolve() };
  };

/** It comes back by itself, as a service manager sees to it, at once or after a while. */
const partKilled =
  (name: PartName, absentMs: readonly [number, number]): Strike =>
  async ({ deployment, random }) => {
    const part = deployment.part(name);
    const pauseMs = random.between(...absentMs);
    await part.kill();
    await pause(pauseMs);
    if (absentMs[1] > 0) await part.restart();
    return now();
  };

const clientsKilled: Strike = async ({ crew, random }) => {
  const host = random.pick(crew.hosts);
  await crew.crash(host, random.between(5, 150));
  return now();
};

/** The connections of clients, or those of the servers to a part. */
type Side = 'clients' | PartName;

const proxyOf = (deployment: Deployment, side: Side): FaultyProxy =>
  side === 'clients' ? deployment.front : deployment.back(side);

const cut =
  (side: Side): Strike =>
  async ({ deployment, random }) => {
    proxyOf(deployment, side).cut(share(random));
    return now();
  };

const reset =
  (side: Side): Strike =>
  async ({ deployment, random }) => {
    proxyOf(deployment, side).reset(share(random));
    return now();
  };

const halfOpen =
  (side: Side): Strike =>
  async ({ deployment, random }) => {
    proxyOf(deployment, side).silence(share(random));
    return now();
  };

const delayed =
  (side: Side, [from, to]: readonly [number, number]): Strike =>
  async ({ deployment, random }) => {
    const proxy = proxyOf(deployment, side);
    proxy.delay(random.between(from, to));
    await pause(random.between(2_000, 6_000));
    proxy.delay(0);
    return now();
  };

/** What is there to be struck in a profile: its parts, and more than one server or not. */
type Need = PartName | 'several servers';

interface Fault {
  /** Two of different layers can come at the same time. */
  readonly layer: string;
  readonly strike: Strike;
  /** Absent: it can strike every profile. */
  readonly needs?: Need;
}

/** Every fault that there is. */
export const faults = {
  'server killed': { layer: 'servers', strike: serverKilled },
  'server stopped': { layer: 'servers', strike: serverStopped },
  'rolling restart': { layer: 'servers', strike: rollingRestart, needs: 'several servers' },
  'database restarted': {
    layer: 'database',
    strike: partRestarted('postgres'),
    needs: 'postgres',
  },
  // It recovers by itself.
  'database killed': {
    layer: 'database',
    strike: partKilled('postgres', [0, 0]),
    needs: 'postgres',
  },
  'clients killed': { layer: 'clients', strike: clientsKilled },
  'clients cut off': { layer: 'front', strike: cut('clients') },
  'clients reset': { layer: 'front', strike: reset('clients') },
  'clients half-open': { layer: 'front', strike: halfOpen('clients') },
  'clients delayed': { layer: 'front', strike: delayed('clients', [100, 800]) },
  'database cut off': { layer: 'back', strike: cut('postgres'), needs: 'postgres' },
  'database reset': { layer: 'back', strike: reset('postgres'), needs: 'postgres' },
  'database half-open': { layer: 'back', strike: halfOpen('postgres'), needs: 'postgres' },
  'database delayed': { layer: 'back', strike: delayed('postgres', [20, 200]), needs: 'postgres' },
  'mongodb restarted': { layer: 'mongodb', strike: partRestarted('mongodb'), needs: 'mongodb' },
  'mongodb killed': {
    layer: 'mongodb',
    strike: partKilled('mongodb', [0, 3_000]),
    needs: 'mongodb',
  },
  'mongodb cut off': { layer: 'mongodb', strike: cut('mongodb'), needs: 'mongodb' },
  'mongodb half-open': { layer: 'mongodb', strike: halfOpen('mongodb'), needs: 'mongodb' },
  'mongodb delayed': { layer: 'mongodb', strike: delayed('mongodb', [20, 200]), needs: 'mongodb' },
  // Empty when it comes back.
  'redis killed': { layer: 'redis', strike: partKilled('redis', [0, 8_000]), needs: 'redis' },
  'redis cut off': { layer: 'redis', strike: cut('redis'), needs: 'redis' },
  'redis half-open': { layer: 'redis', strike: halfOpen('redis'), needs: 'redis' },
  'redis delayed': { layer: 'redis', strike: delayed('redis', [20, 400]), needs: 'redis' },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** The faults that can strike a profile. */
export function faultsOf(profile: ProfileName): readonly FaultName[] {
  const parts: readonly string[] = partsOfProfile[profile];
  const has = (need: Need): boolean =>
    need === 'several servers' ? parts.length > 0 : parts.includes(need);
  const all = Object.entries(faults) as [FaultName, Fault][];
  return all.flatMap(([name, { needs }]) => (needs === undefined || has(needs) ? [name] : []));
}
