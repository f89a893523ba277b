import { readFileSync } from 'node:fs';
import { catalogue, type Key } from './catalogue.ts';
import type { ConfigIssue } from './config-error.ts';
import type { Given, Source } from './given.ts';
import { didYouMean } from './suggest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'SEALPOST_';
/** Names the configuration file, so it is no key in one. */
export const fileVariable = `${prefix}CONFIG`;
const secretFileSuffix = '_FILE';

/** Read by the tests and by tools, never by a server, whose environment may hold them all the same. */
const toolVariables = ['CHROMIUM', 'POSTGRES_URL', 'REDIS_URL', 'MONGODB_URL'].map(
  (name) => `${prefix}${name}`,
);
const toolPrefix = `${prefix}TEST_`;

/** The variable for a key: `limits.messageBytes` is `SEALPOST_LIMITS__MESSAGE_BYTES`. */
export const variableOf = (path: string): string =>
  prefix +
  path
    .split('.')
    .map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
    .join('__');

const keyOfVariable: ReadonlyMap<string, Key> = new Map(
  [...catalogue.values()].map((key) => [variableOf(key.path), key]),
);
const secretFiles: ReadonlyMap<string, Key> = new Map(
  [...keyOfVariable].flatMap(([name, key]) =>
    key.secret ? [[name + secretFileSuffix, key] as const] : [],
  ),
);
const knownNames = [...keyOfVariable.keys(), ...secretFiles.keys(), fileVariable];

/** What cannot be read as the form says is left a text, and refused like any other wrong value. */
export function readText(
  text: string,
  { form, nullable }: Pick<Key, 'form' | 'nullable'>,
): unknown {
  if (nullable && text === 'null') return null;
  switch (form) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    case 'list':
      return text.startsWith('[') ? parsedJson(text) : text.split(',').map((item) => item.trim());
    case 'object':
      return parsedJson(text);
    case 'text':
      return text;
    default:
      return form satisfies never;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const isOurs = (name: string): boolean =>
  name.startsWith(prefix) &&
  name !== fileVariable &&
  !toolVariables.includes(name) &&
  !name.startsWith(toolPrefix);

/** Variables that look like configuration and are none. */
export const toolVariablesIn = (environment: Environment): string[] =>
  Object.keys(environment).filter(
    (name) => toolVariables.includes(name) || name.startsWith(toolPrefix),
  );

/**
 * The values that `SEALPOST_…` variables give. `__` goes into a group; a list is parted by commas; an empty variable
 * counts as absent; `SEALPOST_…_FILE` names a file that holds a secret.
 */
export function fromEnvironment(environment: Environment): {
  given: Given[];
  issues: ConfigIssue[];
} {
  const given: Given[] = [];
  const issues: ConfigIssue[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || text === '' || !isOurs(name)) continue;
    const source: Source = { kind: 'environment', name };
    const key = keyOfVariable.get(name);
    const secretFile = secretFiles.get(name);
    if (key) given.push({ path: key.path, value: readText(text, key), source });
    else if (secretFile) readSecret(secretFile, text, source, given, issues);
    else
      issues.push({
        key: name,
        source: null,
        problem: `unknown variable.${didYouMean(name, knownNames)}`,
      });
  }
  return { given, issues: [...issues, ...givenTwice(given)] };
}

function readSecret(
  key: Key,
  file: string,
  source: Source,
  given: Given[],
  issues: ConfigIssue[],
): void {
  const { path } = key;
  try {
    given.push({ path, value: readText(readFileSync(file, 'utf8').trimEnd(), key), source });
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    issues.push({
      key: path,
      source: source.name,
      problem: `the file ${file} cannot be read (${why}).`,
    });
  }
}

/** Whether a secret itself or its file counts is not guessed. */
function givenTwice(given: readonly Given[]): ConfigIssue[] {
  const seen = new Map<string, string>();
  return given.flatMap(({ path, source }) => {
    const first = seen.get(path);
    seen.set(path, source.name);
    return first === undefined
      ? []
      : [
          {
            key: path,
            source: source.name,
            problem: `${first} gives it too; keep one of the two.`,
          },
        ];
  });
}
