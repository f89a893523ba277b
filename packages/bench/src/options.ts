import { parseArgs } from 'node:util';
import { type Scale, scales } from './scale.ts';

export interface Options {
  readonly scale: Scale;
  /** Names of shapes; null: all. */
  readonly only: readonly string[] | null;
  /** Folder for the servers' CPU profiles. */
  readonly profiles: string | null;
}

/** @throws Error that says what is allowed. */
export function optionsIn(args: readonly string[], shapes: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      only: { type: 'string' },
      profiles: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? null;
  const unknown = only?.filter((name) => !shapes.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`there is no shape ${unknown.join(', ')}; there are ${shapes.join(', ')}`);
  const scale = values.smoke ? scales.smoke : values.quick ? scales.quick : scales.full;
  return { scale, only, profiles: values.profiles ?? null };
}
