import { kindsOf, type Node, schemaTree, typesOf } from './schema-tree.ts';

/** What a key holds, as far as the text of an environment variable must be read for it. */
export type Form = 'text' | 'integer' | 'boolean' | 'list' | 'object';

/** One key of the configuration, named by its path: `limits.messageBytes`. */
export interface Key {
  readonly path: string;
  readonly form: Form;
  readonly description: string;
  /** What may be given, for people. */
  readonly allowed: string;
  /** Its value is shown to nobody. */
  readonly secret: boolean;
  readonly nullable: boolean;
  /** What counts where it is not given; undefined: it must be given, or comes from the profile. */
  readonly initial: unknown;
  /** The kinds of adapter that have it; null: it is no adapter's. */
  readonly kinds: readonly string[] | null;
}

function formOf(node: Node): Form {
  const type = typesOf(node).find((one) => one !== 'null');
  if (type === 'integer' || type === 'boolean' || type === 'object') return type;
  return type === 'array' ? 'list' : 'text';
}

const isNullable = (node: Node): boolean => typesOf(node).includes('null');

function allowedBy(node: Node): string {
  const orNull = isNullable(node) ? ', or null' : '';
  if (node.allowed !== undefined)
    return node.allowed.endsWith(orNull) ? node.allowed : node.allowed + orNull;
  if (node.enum) return `one of ${node.enum.join(', ')}`;
  if (formOf(node) === 'boolean') return 'true or false';
  if (formOf(node) === 'integer') return `an integer from ${node.minimum} to ${node.maximum}`;
  return 'a text';
}

const keyOf = (path: string, node: Node, kinds: Key['kinds']): Key => ({
  path,
  form: formOf(node),
  description: node.description ?? '',
  allowed: allowedBy(node),
  secret: node.secret === true,
  nullable: isNullable(node),
  initial: node.default,
  kinds,
});

/** The kinds of a family of adapters as one key, and the keys of each kind. */
function* familyKeys(
  path: string,
  kinds: ReadonlyMap<string, Node>,
  description = 'Adapter for this family of ports. The profile chooses it unless it is set.',
): Iterable<Key> {
  const node: Node = { type: 'string', enum: [...kinds.keys()], description };
  yield keyOf(`${path}.kind`, node, null);
  for (const [kind, { properties = {} }] of kinds) {
    const { kind: _, ...others } = properties;
    yield* groupKeys(path, others, [kind]);
  }
}

function* groupKeys(
  path: string,
  properties: Readonly<Record<string, Node>>,
  kinds: Key['kinds'],
): Iterable<Key> {
  for (const [name, node] of Object.entries(properties)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (node.oneOf) yield* familyKeys(at, kindsOf(node), node.description);
    else if (node.properties) yield* groupKeys(at, node.properties, kinds);
    else yield keyOf(at, node, kinds);
  }
}

/** A key that several kinds of a family have is one key. */
function byPath(keys: Iterable<Key>): ReadonlyMap<string, Key> {
  const known = new Map<string, Key>();
  for (const key of keys) {
    const kinds = key.kinds && [...(known.get(key.path)?.kinds ?? []), ...key.kinds];
    known.set(key.path, { ...key, kinds });
  }
  return known;
}

/** Every key that there is, by its path. */
export const catalogue: ReadonlyMap<string, Key> = byPath(
  groupKeys('', schemaTree.properties ?? {}, null),
);

/** Whether a key's value is an object, and not a group of keys. */
export const isObjectKey = (path: string): boolean => catalogue.get(path)?.form === 'object';
