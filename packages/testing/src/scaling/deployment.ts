import type { Costs } from './costs.ts';
import type { Day } from './day.ts';

/** What serves so many users: at the busiest minute of a day, and on an average one. */
export interface Deployment {
  readonly users: number;
  /** Per second. */
  readonly messages: number;
  readonly deliveries: number;
  readonly connections: number;
  /** Cores that work, at the busiest minute. */
  readonly serverCores: number;
  readonly storeCores: number;
  /** Share of its core that each process spends on hearing of what others took. */
  readonly hintUse: number;
  /** Infinite where hints alone fill a process: no number of them is enough. */
  readonly processes: number;
  readonly serverBytes: number;
  /** Primaries of the store that the conversations are spread over. */
  readonly shards: number;
  /** Written in a year; it is kept as long as retention says. */
  readonly storedBytesPerYear: number;
  /** Of machines with `machineCores`, never fewer than two; each primary has a standby. */
  readonly machineHoursPerMonth: number;
}

/** How full machines may be at the busiest minute, and how large they are. */
export const margins = {
  /** Of a core: what is left takes a neighbour that fails, and bursts within a minute. */
  serverUse: 0.5,
  storeUse: 0.4,
  connectionsPerProcess: 50_000,
  /** Cores of one primary. */
  coresPerShard: 16,
  copies: 2,
  machineCores: 8,
} as const;

const MILLION = 1_000_000;
const HOURS_PER_MONTH = 730;
const SECONDS_PER_MINUTE = 60;

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** @param day of a sample of the users, who are taken to do as the others do. */
export function deploymentFor(users: number, day: Day, costs: Costs): Deployment {
  const scale = users / day.people;
  const perSecond = (perMinute: number): number => (perMinute * scale) / SECONDS_PER_MINUTE;
  const cores = (message: number, delivery: number, connect: number): number =>
    most(
      day.messages.map(
        (count, at) =>
          (perSecond(count) * message +
            perSecond(day.deliveries[at] ?? 0) * delivery +
            perSecond(day.connects[at] ?? 0) * connect) /
          MILLION,
      ),
    );
  const { serverPerMessage, serverPerDelivery, serverPerConnect } = costs;
  const serverCores = cores(serverPerMessage, serverPerDelivery, serverPerConnect);
  const storeCores = cores(costs.storePerMessage, costs.storePerDelivery, costs.storePerConnect);
  const connections = most(day.connected) * scale;
  const messages = perSecond(most(day.messages));
  const hintUse = (messages * costs.serverPerHint) / MILLION;
  const left = margins.serverUse - hintUse;
  const processes = Math.max(
    2,
    left > 0 ? Math.ceil(serverCores / left) : Infinity,
    Math.ceil(connections / margins.connectionsPerProcess),
  );
  const shards = Math.max(1, Math.ceil(storeCores / margins.storeUse / margins.coresPerShard));
  const storeMachineCores = Math.ceil(storeCores / margins.storeUse) * margins.copies;
  const machines = Math.max(
    margins.copies,
    Math.ceil((processes + storeMachineCores) / margins.machineCores),
  );
  return {
    users,
    messages,
    deliveries: perSecond(most(day.deliveries)),
    connections,
    serverCores,
    storeCores,
    hintUse,
    processes,
    serverBytes: processes * costs.bytesPerProcess + connections * costs.bytesPerConnection,
    shards,
    storedBytesPerYear: sum(day.messages) * scale * 365 * costs.storedBytesPerEntry,
    machineHoursPerMonth: machines * HOURS_PER_MONTH,
  };
}
