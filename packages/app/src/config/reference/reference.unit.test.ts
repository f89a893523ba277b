import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, it } from '@fast-check/vitest';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { catalogue, type Key } from '../catalogue.ts';
import { ConfigError } from '../config-error.ts';
import { variableOf } from '../environment.ts';
import { type Given, nested } from '../given.ts';
import { type ConfigSources, loadConfig, readConfig } from '../load-config.ts';
import { fromOptions } from '../options.ts';
import { profiles } from '../profiles.ts';
import { kindsOf, type Node, schemaTree } from '../schema-tree.ts';
import { fileSchema } from './file-schema.ts';
import { referencePage } from './reference-page.ts';
import { saidByTheLoaderAlone } from './rules.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealpost-reference-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keys = [...catalogue.values()];
const families = Object.keys(profiles.embedded);
const asked = new Ajv({ strict: false }).compile(fileSchema());

/** JSON is YAML. */
function file(values: unknown): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, JSON.stringify(values));
  return path;
}

const accepts = (sources: ConfigSources): boolean => {
  try {
    loadConfig(sources);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
};

type Values = Readonly<Record<string, unknown>>;

const asTree = (values: Values): Record<string, unknown> =>
  nested(
    Object.entries(values).map(([path, value]): Given => ({
      path,
      value,
      source: { kind: 'file', name: '' },
    })),
  );

/** The node of a key, of any kind that has it. */
function nodeOf({ path, kinds }: Key): Node {
  const walk = (node: Node, names: readonly string[]): Node => {
    const [name, ...rest] = names;
    if (name === undefined) return node;
    if (node.oneOf && name === 'kind') return { type: 'string', enum: [...kindsOf(node).keys()] };
    const properties = node.oneOf
      ? kindsOf(node).get(kinds?.[0] ?? '')?.properties
      : node.properties;
    return walk(properties?.[name] ?? {}, rest);
  };
  return walk(schemaTree, path.split('.'));
}

const origins = fc.array(fc.domain().map((domain) => `https://${domain.toLowerCase()}`));
const special: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  publicUrl: fc.domain().map((domain) => `https://${domain}/chat`),
  'redis.urls': fc.domain().map((domain) => [`redis://${domain}`]),
  allowedOrigins: origins.filter((list) => list.every((one) => new URL(one).origin === one)),
};

/** What the key's node allows. */
function allowedValue(key: Key): fc.Arbitrary<unknown> {
  const found = nodeOf(key);
  const node: Node = { ...found.anyOf?.find(({ type }) => type !== 'null'), ...found };
  const allowed = allowedBy(key, node);
  return key.nullable ? fc.oneof(allowed, fc.constant(null)) : allowed;
}

function allowedBy(key: Key, node: Node): fc.Arbitrary<unknown> {
  const { minimum, maximum, pattern, minLength } = node as Node & {
    readonly pattern?: string;
    readonly minLength?: number;
  };
  const own = special[key.path];
  if (own) return own;
  if (node.enum) return fc.constantFrom(...node.enum);
  if (key.form === 'integer')
    return fc.oneof(
      fc.integer({ min: minimum ?? 0, max: maximum ?? 0 }),
      fc.constantFrom(minimum, maximum),
    );
  if (key.form === 'boolean') return fc.boolean();
  if (key.form === 'object') return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
  const text =
    pattern === undefined
      ? fc.string({ minLength: minLength ?? 1, unit: 'grapheme-ascii' })
      : fc.stringMatching(new RegExp(pattern.endsWith('.') ? `${pattern}[a-z]{4,9}$` : pattern));
  return text.filter((one) => one.trim() === one && one !== '' && one !== 'null');
}

const familyOf = (path: string): string => path.slice(0, path.indexOf('.'));

/** What the loader also wants where this key has this value. */
function besides({ path, kinds }: Key, value: unknown): Values {
  const rate = /^(limits\.rates\..*\.)(burst|refill|everyMs)$/.exec(path);
  if (rate?.[2] === 'everyMs') return { [`${rate[1]}burst`]: 1, [`${rate[1]}refill`]: 1 };
  if (rate)
    return {
      [`${rate[1]}${rate[2] === 'burst' ? 'refill' : 'burst'}`]: value,
      [`${rate[1]}everyMs`]: 100,
    };
  if (path === 'limits.refillBelow') return { 'limits.oneTimeBundles': 1_000 };
  if (path === 'limits.oneTimeBundles') return { 'limits.refillBelow': 1 };
  if (path === 'limits.messageBytes') return { 'limits.changeBytes': 8 * 1024 * 1024 };
  if (path === 'limits.changeBytes') return { 'limits.messageBytes': 1_024 };
  if (path === 'profile') return ofKinds(Object.entries(profiles).find(([name]) => name === value));
  if (path === 'moving.kind' && value === 'storage')
    return { 'history.kind': 'package', 'history.package': 'elsewhere' };
  if (path.endsWith('.kind')) return needsOf(familyOf(path), String(value));
  const [kind] = kinds ?? [];
  if (kind === undefined) return {};
  return { ...needsOf(familyOf(path), kind), [`${familyOf(path)}.kind`]: kind };
}

const ofKinds = (profile: readonly [string, Readonly<Record<string, object>>] | undefined) =>
  Object.assign(
    {},
    ...Object.entries(profile?.[1] ?? {}).map(([family, adapter]) =>
      needsOf(family, (adapter as { readonly kind: string }).kind),
    ),
  ) as Values;

/** Keys that this kind of adapter needs, each with some value. */
function needsOf(family: string, kind: string): Values {
  const { required = [] } = kindsOf(schemaTree.properties?.[family] ?? {}).get(kind) ?? {};
  const needed = required
    .filter((name) => name !== 'kind')
    .map((name) => catalogue.get(`${family}.${name}`))
    .filter((key) => key !== undefined)
    .map((key) => [key.path, exampleOf(key)] as const);
  return {
    ...Object.fromEntries(needed),
    ...(kind === 'redis' ? { 'redis.urls': ['redis://redis'] } : {}),
    'cookies.secret': 'a-secret-of-32-characters-or-more',
  };
}

const examples = new Map<Key, unknown>();
function exampleOf(key: Key): unknown {
  const known = examples.get(key) ?? fc.sample(allowedValue(key), { numRuns: 1, seed: 1 })[0];
  examples.set(key, known);
  return known;
}

/** A key, a value that it may have, and what else that asks for. */
const wellSet = fc.constantFrom(...keys).chain((key) =>
  allowedValue(key).map((value) => {
    const others = { ...besides(key, value) };
    delete others[key.path];
    return { key, value, others };
  }),
);

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const junk = fc.oneof(
  fc.constantFrom(null, true, -1, 1.5, 1e15, '', 'x', [], {}, [1], { a: 1 }, '8470'),
  fc.jsonValue(),
);
const apart = /^(limits\.(refillBelow|oneTimeBundles|messageBytes|changeBytes|rates)|moving\.)/;

describe('the reference', () => {
  it('tells every key, and the variable of each', () => {
    const page = referencePage();
    for (const { path } of keys) {
      expect(page).toContain(`\`${path}\``);
      expect(page).toContain(`\`${variableOf(path)}\``);
    }
  });

  it.prop([wellSet], { numRuns: 500 })(
    'is right about each key: what it allows is accepted from a file, a variable and an option alike',
    ({ key, value, others }) => {
      const settings = Object.entries(others).map(([path, one]) => `${path}=${asText(one)}`);
      const setting = `${key.path}=${asText(value)}`;
      const rest = fromOptions(settings);
      const inFile = readConfig({ file: file(asTree({ [key.path]: value })), options: rest });
      const inOption = readConfig({ options: [...rest, ...fromOptions([setting])] });
      expect(inOption.config).toEqual(inFile.config);
      const env = { [variableOf(key.path)]: asText(value) };
      expect(readConfig({ env, options: rest }).config).toEqual(inFile.config);
      expect(asked(asTree({ ...others, [key.path]: value }))).toBe(true);
    },
  );

  it.prop([fc.string({ unit: 'grapheme-ascii', minLength: 1 })])(
    'leaves no key out: what is not in it is refused',
    (name) => {
      const known = keys.some(({ path }) => path === name || path.startsWith(`${name}.`));
      fc.pre(!known && name !== '__proto__');
      for (const value of [1, {}, { a: 1 }, null])
        expect(accepts({ file: file({ [name]: value, limits: {} }) })).toBe(false);
      expect(accepts({ file: file({ limits: { [name]: 1 } }) })).toBe(keyIn('limits', name));
      expect(asked({ [name]: 1 })).toBe(false);
    },
  );

  it('refuses a path in the place of a name', () => {
    expect(accepts({ file: file({ 'limits.messageBytes': 4096 }) })).toBe(false);
    expect(accepts({ file: file({ limits: { 'rates.messages': { burst: 1 } } }) })).toBe(false);
  });
});

const keyIn = (group: string, name: string): boolean =>
  catalogue.has(`${group}.${name}`) && accepts({ file: file({ [group]: { [name]: 1 } }) });

const spoilt = fc.tuple(
  fc.constantFrom(undefined, ...Object.keys(profiles)),
  fc.array(wellSet, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...keys.map(({ path }) => path)), junk, { maxKeys: 2 }),
);

describe('the JSON Schema of files', () => {
  it.prop([spoilt], { numRuns: 1_000 })(
    'refuses exactly what the loader refuses, where no rule is broken that it cannot say',
    ([profile, set, wrong]) => {
      const values: Record<string, unknown> = profile === undefined ? {} : { profile };
      for (const { key, value, others } of set)
        if (!apart.test(key.path)) Object.assign(values, others, { [key.path]: value });
      for (const [path, value] of Object.entries(wrong))
        if (!apart.test(path) && !wellMeant(path, value)) values[path] = value;
      for (const path of ['cookies.secret', 'redis.urls'])
        if (values[path] === null) delete values[path];
      for (const family of families) Object.assign(values, secretsOf(family, values));
      const tree = asTree(values);
      expect([tree, asked(tree)]).toEqual([tree, accepts({ file: file(tree) })]);
    },
  );

  it.each(saidByTheLoaderAlone.map(({ rule, broken }) => [rule, broken] as const))(
    'cannot say, and says that it cannot: %s',
    (rule, broken) => {
      expect(asked(broken)).toBe(true);
      expect(accepts({ file: file(broken) })).toBe(false);
      expect(String(fileSchema()['description'])).toContain(rule);
      expect(referencePage()).toContain(rule);
    },
  );
});

/** Texts that only the rules of the web refuse. */
const wellMeant = (path: string, value: unknown): boolean =>
  (path === 'publicUrl' || path === 'allowedOrigins') && /http/.test(JSON.stringify(value));

/** The secrets that the chosen adapter of a family needs, which the schema does not ask for. */
function secretsOf(family: string, values: Values): Values {
  const profile = profiles[(values['profile'] ?? 'embedded') as keyof typeof profiles] as
    | Readonly<Record<string, { readonly kind: string }>>
    | undefined;
  const kind = values[`${family}.kind`] ?? profile?.[family]?.kind;
  const needed = Object.entries(needsOf(family, typeof kind === 'string' ? kind : ''));
  return Object.fromEntries(
    needed.filter(([path]) => catalogue.get(path)?.secret === true && !(path in values)),
  );
}
