import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Adapter,
  type AdapterDefinition,
  type AdapterHost,
  type OptionsIssue,
  type PortFamily,
  portVersions,
} from '@sealpost/domain';
import { ConfigError, type ConfigIssue } from '../config/config-error.ts';

/** An adapter from outside, as a configuration names it. */
export interface NamedPackage {
  readonly family: PortFamily;
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
  family,
  package: name,
}: Pick<NamedPackage, 'family' | 'package'>): Promise<AdapterDefinition> {
  const refused = (problem: string): ConfigError =>
    new ConfigError([{ key: `${family}.package`, source: null, problem }]);
  const { adapter } = await load(name).catch((error: unknown) => {
    throw refused(`${name} cannot be loaded (${codeOf(error)}). Is it installed here?`);
  });
  if (!isDefinition(adapter))
    throw refused(`${name} exports no adapter: see docs/adapters/README.md.`);
  const version = adapter.ports[family];
  if (version !== portVersions[family]) {
    throw refused(
      version === undefined
        ? `${name} does not provide ${family}, but ${Object.keys(adapter.ports).join(', ')}.`
        : `${name} is made for version ${version} of ${family}; this server has version ${portVersions[family]}.`,
    );
  }
  return adapter;
}

/** Looked for from the working folder, where an operator installs it, and not from the server's own files. */
async function load(name: string): Promise<{ readonly adapter?: unknown }> {
  const here = createRequire(join(process.cwd(), 'package.json'));
  return (await import(pathToFileURL(here.resolve(name)).href)) as { readonly adapter?: unknown };
}

const isDefinition = (value: unknown): value is AdapterDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'ports' in value &&
  typeof value.ports === 'object' &&
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

function optionsIssue({ family }: NamedPackage, { path = [], message }: OptionsIssue): ConfigIssue {
  const names = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return { key: [family, 'options', ...names].join('.'), source: null, problem: `${message}.` };
}
