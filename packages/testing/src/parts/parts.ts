import { findProgram } from './find-program.ts';

/** Something real that suites and runs need and that npm does not bring. */
export interface PartKind {
  /** As the closing words of a run name it. */
  readonly title: string;
  /** Whether it can be had here, by its variable or from a program on this machine. */
  readonly isHere: () => boolean;
  /** What somebody does who wants it. */
  readonly howToGet: string;
}

const getRedis =
  'install redis-server 7 or newer (apt-get install redis-server, brew install redis)';

/** Every part, by the name under which suites ask for it. */
export const parts = {
  redis: {
    title: 'Redis',
    isHere: () => given('SEALPOST_REDIS_URL') !== null || hasRedisServer(),
    howToGet: `set SEALPOST_REDIS_URL, or ${getRedis}`,
  },
  /** For suites that kill, stop or configure it, as nobody may do with a server that others use. */
  ownRedis: {
    title: 'redis-server',
    isHere: hasRedisServer,
    howToGet: getRedis,
  },
} as const satisfies Readonly<Record<string, PartKind>>;

export type PartName = keyof typeof parts;

/** As the test runner takes them; the runner of `npm test` finds `meta.needs` again in the report. */
interface PartNeeds {
  readonly skip: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * The options of a test or `describe` that needs these parts: where one is missing it is left out, and the end of
 * `npm test` says so. With `CI=true` that is a failure.
 */
export function needs(...names: readonly PartName[]): PartNeeds {
  return { skip: !names.every((name) => parts[name].isHere()), meta: { needs: names } };
}

/** The address that a variable names, or `null` when it names none. */
export function given(variable: string): string | null {
  const value = process.env[variable];
  return value === undefined || value === '' ? null : value;
}

function hasRedisServer(): boolean {
  return findProgram('redis-server') !== null && findProgram('redis-cli') !== null;
}
