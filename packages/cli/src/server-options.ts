import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { fromOptions, type LoadedConfig, readConfig } from '@sealpost/app';
import { UsageError } from './command.ts';

const shared = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig;

export interface ServerOptions {
  readonly loaded: LoadedConfig;
  readonly positionals: readonly string[];
  /** Which of the named flags were given. */
  readonly flags: ReadonlySet<string>;
}

/** The configuration that a command line, the environment and a file give together. */
export function serverOptions(
  args: readonly string[],
  allowed: { readonly flags?: readonly string[]; readonly positionals?: number } = {},
): ServerOptions {
  const { flags = [], positionals: places = 0 } = allowed;
  const options = {
    ...shared,
    ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
  };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (positionals.length > places)
    throw new UsageError(`Too many arguments: at most ${places} may follow.`);
  const { config: file, set } = values as { config?: string; set?: string[] };
  return {
    loaded: readConfig({ env: process.env, file, options: fromOptions(set ?? []) }),
    positionals,
    flags: new Set(flags.filter((name) => (values as Record<string, unknown>)[name] === true)),
  };
}
