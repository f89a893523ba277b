import type { Percentiles } from '../load/latencies.ts';
import type { LoadResult } from '../load/load-spec.ts';

/** What one run of one contender came to. */
export interface Figures {
  readonly acceptedPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Milliseconds. */
  readonly latency: Percentiles;
  /** Microseconds of CPU for each accepted message, by process: `server`, `postgres`, `load`. */
  readonly cpuPerMessage: Readonly<Record<string, number>>;
  readonly cpuPerDelivery: Readonly<Record<string, number>>;
  readonly memoryMiB: Readonly<Record<string, number>>;
  /** Cores that everybody else on the machine used meanwhile. */
  readonly othersCores: number;
  readonly sent: number;
  /** Sends that the server did not take, since it had too much to do. */
  readonly refused: number;
  readonly lost: number;
  readonly duplicated: number;
}

export function figuresOf(result: LoadResult): Figures {
  const { seconds, accepted, deliveries, charges } = result;
  const byProcess = (figure: (charge: LoadResult['charges'][string]) => number) =>
    Object.fromEntries(Object.entries(charges).map(([name, charge]) => [name, figure(charge)]));
  return {
    acceptedPerSecond: accepted / seconds,
    deliveriesPerSecond: deliveries / seconds,
    latency: result.latency,
    cpuPerMessage: byProcess(({ cpuSeconds }) => (cpuSeconds * 1e6) / accepted),
    cpuPerDelivery: byProcess(({ cpuSeconds }) => (cpuSeconds * 1e6) / deliveries),
    memoryMiB: byProcess(({ memoryMiB }) => memoryMiB),
    othersCores: result.othersCpuSeconds / seconds,
    sent: result.sent,
    refused: result.refused,
    lost: result.lost,
    duplicated: result.duplicated,
  };
}

const ofServers = (cpu: Readonly<Record<string, number>>): number =>
  Object.entries(cpu).reduce((sum, [name, one]) => (name === 'load' ? sum : sum + one), 0);

/** What a message costs who runs the servers: the load is not theirs. */
export const serverCpu = ({ cpuPerMessage }: Figures): number => ofServers(cpuPerMessage);
/** The same of a delivery. */
export const deliveryCpu = ({ cpuPerDelivery }: Figures): number => ofServers(cpuPerDelivery);
