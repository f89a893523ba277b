import { z } from 'zod';
import { schema } from './schema.ts';

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
}

/** The part of JSON Schema (draft 2020-12) that our schema comes out as. */
interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly allowed?: string;
  readonly secret?: boolean;
}

/** What may be null comes out as a choice of two. */
const typeOf = ({ type, anyOf }: Node): string | undefined =>
  type ?? anyOf?.find((choice) => choice.type !== 'null')?.type;

function formOf(node: Node): Form {
  const type = typeOf(node);
  if (type === 'integer' || type === 'boolean' || type === 'object') return type;
  return type === 'array' ? 'list' : 'text';
}

function allowedBy(node: Node): string {
  if (node.allowed !== undefined) return node.allowed;
  if (node.enum) return `one of ${node.enum.join(', ')}`;
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer') return `an integer from ${node.minimum} to ${node.maximum}`;
  return 'a text';
}

const keyOf = (path: string, node: Node): Key => ({
  path,
  form: formOf(node),
  description: node.description ?? '',
  allowed: allowedBy(node),
  secret: node.secret === true,
});

/** The kinds of a family of adapters as one key, and the keys of each kind. */
function* familyKeys(path: string, kinds: readonly Node[]): Iterable<Key> {
  const names = kinds.flatMap(({ properties }) => properties?.['kind']?.const ?? []);
  yield {
    path: `${path}.kind`,
    form: 'text',
    description: 'Adapter for this family of ports. The profile chooses it unless it is set.',
    allowed: `one of ${names.join(', ')}`,
    secret: false,
  };
  for (const { properties = {} } of kinds) {
    const { kind: _, ...others } = properties;
    yield* groupKeys(path, others);
  }
}

function* groupKeys(path: string, properties: Readonly<Record<string, Node>>): Iterable<Key> {
  for (const [name, node] of Object.entries(properties)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (node.oneOf) yield* familyKeys(at, node.oneOf);
    else if (node.properties) yield* groupKeys(at, node.properties);
    else yield keyOf(at, node);
  }
}

const root: Node = z.toJSONSchema(schema, { io: 'input' }) as Node;

/** Every key that there is, by its path. */
export const catalogue: ReadonlyMap<string, Key> = new Map(
  [...groupKeys('', root.properties ?? {})].map((key) => [key.path, key]),
);

/** Whether a key's value is an object, and not a group of keys. */
export const isObjectKey = (path: string): boolean => catalogue.get(path)?.form === 'object';
