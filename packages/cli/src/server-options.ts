import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { type ConfigSources, fromOptions, type LoadedConfig, readConfig } from '@sealpost/app';
import { UsageError } from './command.ts';

const shared = {
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig;

/** What a command line says, and where the configuration is to be read. */
export interface ServerSources {
  readonly sources: ConfigSources;
  readonly positionals: readonly string[];
  /** Which of the named flags were given. */
  readonly flags: ReadonlySet<string>;
  /** What was given for the named options. */
  readonly values: ReadonlyMap<string, string>;
}

export interface ServerOptions extends ServerSources {
  readonly loaded: LoadedConfig;
}

interface Allowed {
  readonly flags?: readonly string[];
  readonly values?: readonly string[];
  readonly positionals?: number;
}

/** Nothing is read yet. */
export function serverSources(
  args: readonly string[],
  { flags = [], values: named = [], positionals: places = 0 }: Allowed = {},
): ServerSources {
  const options = {
    ...shared,
    ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
    ...Object.fromEntries(named.map((name) => [name, { type: 'string' as const }])),
  };
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (positionals.length > places)
    throw new UsageError(`Too many arguments: at most ${places} may follow.`);
  const { config: file, set } = values as { config?: string; set?: string[] };
  return {
    sources: { env: process.env, file, options: fromOptions(set ?? []) },
    positionals,
    flags: new Set(flags.filter((name) => (values as Record<string, unknown>)[name] === true)),
    values: new Map(named.flatMap((name) => entryOf(name, values))),
  };
}

/** The configuration that a command line, the environment and a file give together. */
export function serverOptions(args: readonly string[], allowed: Allowed = {}): ServerOptions {
  const given = serverSources(args, allowed);
  return { ...given, loaded: readConfig(given.sources) };
}

function entryOf(name: string, values: Readonly<Record<string, unknown>>): [string, string][] {
  const value = values[name];
  return typeof value === 'string' ? [[name, value]] : [];
}
