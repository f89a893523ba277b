import { pathToFileURL } from 'node:url';
import {
  type Adapter,
  type AdapterDefinition,
  type AdapterHost,
  type OptionsIssue,
  portVersions,
} from '@sealpost/domain';
import { ConfigError, type ConfigIssue } from '../config/config-error.ts';
import { familyOf, type Use } from './backends.ts';
import { resolvePackage } from './resolve-package.ts';

/** An adapter from outside, as a configuration names it. */
export interface NamedPackage {
  /** What it is to do, by the configuration's name for it. */
  readonly use: Use;
  /** The name of an installed package, or a path. */
  readonly package: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Loads a package's adapter and opens it with the options that were given.
 *
 * @throws ConfigError when it cannot be loaded, is made for other ports, or refuses its options.
 */
export async function openPackage(named: NamedPackage, host: AdapterHost): Promise<Adapter> {
  const definition = await loadDefinition(named);
  const checked = await definition.options['~standard'].validate(named.options);
  if (checked.issues) {
    throw new ConfigError(checked.issues.map((issue) => optionsIssue(named, issue)));
  }
  return definition.open(checked.value, host);
}

/** What the package says of its adapter. Nothing is opened. */
export async function loadDefinition({
  use,
  package: name,
}: Omit<NamedPackage, 'options'>): Promise<AdapterDefinition> {
  const family = familyOf(use);
  const refused = (problem: string): ConfigError =>
    new ConfigError([{ key: `${use}.package`, source: null, problem: `${name} ${problem}` }]);
  const entry = entryOf(name, refused);
  const { adapter } = await load(entry).catch((error: unknown) => {
    throw refused(`cannot be loaded (${codeOf(error)}).${hintFor(codeOf(error))}`);
  });
  if (!isDefinition(adapter)) throw refused('exports no adapter: see docs/adapters/README.md.');
  const version = adapter.ports[family];
  if (version !== portVersions[family]) {
    throw refused(
      version === undefined
        ? `does not provide ${family}, but ${Object.keys(adapter.ports).join(', ')}.`
        : `is made for version ${version} of ${family}; this server has version ${portVersions[family]}.`,
    );
  }
  return adapter;
}

function entryOf(name: string, refused: (problem: string) => ConfigError): string {
  try {
    return resolvePackage(name).entry;
  } catch (error) {
    throw refused(
      `is not found from ${process.cwd()} (${codeOf(error)}). Install it in the folder where the server is started.`,
    );
  }
}

const load = async (entry: string): Promise<{ readonly adapter?: unknown }> =>
  (await import(pathToFileURL(entry).href)) as { readonly adapter?: unknown };

const isDefinition = (value: unknown): value is AdapterDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'ports' in value &&
  typeof value.ports === 'object' &&
  value.ports !== null &&
  'open' in value &&
  typeof value.open === 'function' &&
  'options' in value &&
  typeof value.options === 'object' &&
  value.options !== null &&
  '~standard' in value.options;

const codeOf = (error: unknown): string =>
  error instanceof Error
    ? 'code' in error && typeof error.code === 'string'
      ? error.code
      : error.name
    : 'unknown';

const hints: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND: ' It lacks a package or a file of its own.',
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING: ' It must ship JavaScript, not TypeScript.',
};

const hintFor = (code: string): string => hints[code] ?? '';

/** Repeats none of the options. */
export function optionsIssue(
  { use, options }: Pick<NamedPackage, 'use' | 'options'>,
  { path = [], message }: OptionsIssue,
): ConfigIssue {
  const names = path.map((step) => String(typeof step === 'object' ? step.key : step));
  const key = [use, 'options', ...names].join('.');
  // The schema is somebody else's, and any option may be a secret.
  const isSafe = !textsIn(options).some((text) => message.includes(text));
  return { key, source: null, problem: isSafe ? `${message}.` : 'is not as its schema says.' };
}

/** What is too short to be a secret may be in any sentence. */
const shortest = 4;

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  const text = String(value);
  return text.length < shortest || typeof value === 'boolean' ? [] : [text];
}
