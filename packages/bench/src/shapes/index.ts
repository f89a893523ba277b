import { deliveryCpu, serverCpu } from '../report/figures.ts';
import { groupsOf } from './casts.ts';
import { catchUp } from './catch-up.ts';
import { coldStart } from './cold-start.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { keyClaims } from './key-claims.ts';
import { latencyAgainstLoad } from './latency-against-load.ts';
import { messaging } from './messaging.ts';
import { profiles } from './profiles.ts';
import { sdk } from './sdk.ts';
import type { Shape } from './shape.ts';

const pairs = groupsOf({ rooms: 50, size: 2, senders: 2 });

/** For 64 sends at once in one conversation; with as many devices, as in `hot64`, little is seen but fan-out. */
const hot = groupsOf({ rooms: 1, size: 4, senders: 4 });

/** In the order in which they are run. */
export const shapes: readonly Shape[] = [
  messaging({
    name: 'pairs',
    cast: pairs,
    pace: { kind: 'closed', window: 4 },
    contenders: ['sealpost', 'floor', 'one-by-one'],
    judged: true,
    ratios: (compare) => ({
      pairs: compare('floor', ({ acceptedPerSecond }) => acceptedPerSecond),
      cpu: compare('floor', serverCpu),
      pairsToOneByOne: compare('one-by-one', ({ acceptedPerSecond }) => acceptedPerSecond),
    }),
  }),
  messaging({
    name: 'groups10',
    optional: true,
    cast: groupsOf({ rooms: 20, size: 10, senders: 2 }),
    pace: { kind: 'closed', window: 2 },
    contenders: ['sealpost', 'floor'],
    judged: false,
  }),
  messaging({
    name: 'groups100',
    cast: groupsOf({ rooms: 4, size: 100, senders: 2 }),
    pace: { kind: 'closed', window: 2 },
    contenders: ['sealpost', 'floor'],
    judged: true,
    ratios: (compare) => ({
      groups100: compare('floor', ({ deliveriesPerSecond }) => deliveriesPerSecond),
      cpuPerDelivery100: compare('floor', deliveryCpu),
    }),
  }),
  messaging({
    name: 'open500',
    cast: pairs,
    pace: { kind: 'open', perSecond: 500 },
    contenders: ['sealpost', 'floor'],
    judged: true,
    ratios: (compare) => ({
      p99at500: compare('floor', ({ latency }) => latency.p99),
      cpuat500: compare('floor', serverCpu),
    }),
  }),
  messaging({
    name: 'open2000',
    cast: pairs,
    pace: { kind: 'open', perSecond: 2_000 },
    contenders: ['sealpost', 'floor'],
    judged: true,
    ratios: (compare, of) => ({
      open2000: compare('floor', ({ latency }) => latency.p99),
      held2000: of(({ acceptedPerSecond }) => acceptedPerSecond / 2_000),
    }),
  }),
  messaging({
    name: 'hot',
    cast: hot,
    pace: { kind: 'closed', window: 16 },
    contenders: ['sealpost', 'one-by-one'],
    judged: true,
    ratios: (compare) => ({
      hot: compare('one-by-one', ({ acceptedPerSecond }) => acceptedPerSecond),
    }),
  }),
  idle,
  catchUp,
  growth,
  sdk,
  latencyAgainstLoad,
  coldStart,
  keyClaims,
  messaging({
    name: 'hotprocesses',
    cast: hot,
    pace: { kind: 'closed', window: 16 },
    contenders: ['sealpost', 'sealpost ×2', 'sealpost ×4', 'floor'],
    judged: false,
    optional: true,
  }),
  messaging({
    name: 'hot64',
    optional: true,
    cast: groupsOf({ rooms: 1, size: 64, senders: 64 }),
    pace: { kind: 'closed', window: 1 },
    contenders: ['sealpost', 'floor', 'one-by-one'],
    judged: false,
  }),
  messaging({
    name: 'processes2',
    optional: true,
    // Clients go to the processes in turn, so the two of a pair are never on the same one.
    cast: pairs,
    pace: { kind: 'closed', window: 4 },
    contenders: ['sealpost', 'sealpost ×2', 'sealpost-redis ×2'],
    judged: false,
  }),
  profiles({ name: 'profiles', cast: pairs, pace: { kind: 'closed', window: 4 } }),
  profiles({ name: 'profiles500', cast: pairs, pace: { kind: 'open', perSecond: 500 } }),
  messaging({
    name: 'crowd',
    optional: true,
    cast: groupsOf({ rooms: 5_000, size: 2, senders: 2 }),
    pace: { kind: 'open', perSecond: 1_000 },
    contenders: ['sealpost', 'floor'],
    judged: false,
    ratios: (_, of) => ({
      crowdHeld: of(({ acceptedPerSecond }) => acceptedPerSecond / 1_000),
      crowdP99: of(({ latency }) => latency.p99),
      crowdMiB: of(({ memoryMiB }) => memoryMiB['server'] ?? NaN),
    }),
  }),
];
