import type { z } from 'zod';
import { catalogue, isObjectKey } from './catalogue.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { type Environment, fileVariable, fromEnvironment } from './environment.ts';
import { fromFile } from './file.ts';
import { flatten, type Given, isGroup, nested } from './given.ts';
import { profiles } from './profiles.ts';
import { type Config, schema } from './schema.ts';
import { didYouMean } from './suggest.ts';

/** A configuration, and where each of its values was given; those that are absent there are defaults. */
export interface LoadedConfig {
  readonly config: Config;
  readonly given: ReadonlyMap<string, Given>;
}

export interface ConfigSources {
  readonly env?: Environment;
  /** A YAML file; instead of the one that the environment names. */
  readonly file?: string | undefined;
  /** Values that go before all others, as from a command line. */
  readonly options?: readonly Given[];
}

/** What was given, whether it can be used or not. */
export interface ExaminedConfig {
  /** Null when anything is wrong. */
  readonly loaded: LoadedConfig | null;
  readonly issues: readonly ConfigIssue[];
  /** The values of the keys that exist, wrong ones too. */
  readonly given: ReadonlyMap<string, Given>;
}

/** The configuration from a YAML file, the environment and options, the later before the earlier, over the profile. */
export function examineConfig({ env = {}, file, options = [] }: ConfigSources): ExaminedConfig {
  const named = file ?? (env[fileVariable] || undefined);
  const inEnvironment = fromEnvironment(env);
  try {
    const inFile = named === undefined ? [] : fromFile(named);
    return examined([...inFile, ...inEnvironment.given, ...options], inEnvironment.issues);
  } catch (error) {
    // Of a file that cannot be read nobody knows what it would have given.
    if (!(error instanceof ConfigError)) throw error;
    return { loaded: null, given: new Map(), issues: [...error.issues, ...inEnvironment.issues] };
  }
}

/**
 * The same for whoever needs it to be right.
 *
 * @throws ConfigError that tells everything that is wrong, if anything is: nothing is ignored or corrected.
 */
export const readConfig = (sources: ConfigSources): LoadedConfig => usable(examineConfig(sources));

/** `readConfig` for whoever only wants the configuration. */
export const loadConfig = (sources: ConfigSources): Config => readConfig(sources).config;

/** A configuration from nested values, for programs that start a server. */
export function configFrom(
  values: z.input<typeof schema> | Partial<z.input<typeof schema>>,
): Config {
  const given = flatten(values, { kind: 'option', name: 'given' }, isObjectKey);
  return usable(examined(given, [])).config;
}

function usable({ loaded, issues }: ExaminedConfig): LoadedConfig {
  if (loaded === null) throw new ConfigError(issues);
  return loaded;
}

function examined(values: readonly Given[], earlier: readonly ConfigIssue[]): ExaminedConfig {
  const unknown = values.filter((one) => !catalogue.has(one.path) && !isEmptyGroup(one));
  const known = values.filter(({ path }) => catalogue.has(path));
  const given = new Map([...ofProfile(known), ...known].map((one) => [one.path, one]));
  const result = schema.safeParse(nested([...given.values()]));
  const issues = withoutRepeats([
    ...earlier,
    ...unknown.map(unknownKey),
    ...(result.error?.issues.flatMap((issue) => wrongValues(issue, given)) ?? []),
  ]);
  const loaded = result.success && issues.length === 0 ? { config: result.data, given } : null;
  return { loaded, issues, given };
}

/** A list of which several items are wrong is told once. */
const withoutRepeats = (issues: readonly ConfigIssue[]): ConfigIssue[] => [
  ...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values(),
];

/** What the chosen profile sets; nothing for a profile that does not exist, which is refused anyway. */
function ofProfile(known: readonly Given[]): Given[] {
  const chosen = known.findLast(({ path }) => path === 'profile')?.value ?? 'embedded';
  const profile = Object.entries(profiles).find(([name]) => name === chosen);
  const [name, adapters] = profile ?? ['embedded', profiles.embedded];
  return flatten(adapters, { kind: 'profile', name }, isObjectKey);
}

const isGroupPath = (path: string): boolean =>
  [...catalogue.keys()].some((key) => key.startsWith(`${path}.`));

/** Nothing is said by it. */
const isEmptyGroup = ({ path, value }: Given): boolean =>
  isGroupPath(path) && isGroup(value) && Object.keys(value).length === 0;

function unknownKey({ path, source }: Given): ConfigIssue {
  const problem = isGroupPath(path)
    ? 'is a group of keys, not a value.'
    : `unknown key.${didYouMean(path, [...catalogue.keys()])}`;
  return { key: path, source: source.name, problem };
}

function wrongValues(issue: z.core.$ZodIssue, given: ReadonlyMap<string, Given>): ConfigIssue[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => notOfThisKind(path, `${path}.${name}`, given));
  }
  // A wrong item of a list is told as a wrong list.
  const key = catalogue.get(path) ?? catalogue.get(path.replace(/\.\d+$/, ''));
  const one = given.get(key?.path ?? path);
  const allowed = paramsAllowed(issue) ?? key?.allowed ?? issue.message;
  const what = one === undefined ? 'not given' : `given ${shown(one.value, key?.secret ?? true)}`;
  return [
    {
      key: key?.path ?? path,
      source: one?.source.name ?? null,
      problem: `${what}; allowed: ${allowed}.`,
    },
  ];
}

function notOfThisKind(
  family: string,
  path: string,
  given: ReadonlyMap<string, Given>,
): ConfigIssue {
  const kind = String(given.get(`${family}.kind`)?.value);
  const source = given.get(path)?.source.name ?? null;
  return { key: path, source, problem: `does not apply to ${family}.kind ${kind}.` };
}

const paramsAllowed = (issue: z.core.$ZodIssue): string | undefined =>
  issue.code === 'custom' && typeof issue.params?.['allowed'] === 'string'
    ? issue.params['allowed']
    : undefined;

const shown = (value: unknown, secret: boolean): string =>
  secret ? 'a secret (not shown)' : JSON.stringify(value);
