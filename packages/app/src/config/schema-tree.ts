import { z } from 'zod';
import { schema } from './schema.ts';

/** The part of JSON Schema (draft 07) that our schema comes out as, with what we say of a key beside it. */
export interface Node {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
  /** What may be given, for people. */
  readonly allowed?: string;
  readonly secret?: boolean;
}

/** The whole configuration; a family of adapters is a `oneOf` of its kinds. */
export const schemaTree: Node = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as Node;

/** What may be null comes out as a list of types, or as a choice of two. */
export const typesOf = ({ type, anyOf = [] }: Node): readonly string[] =>
  type === undefined ? anyOf.flatMap(typesOf) : typeof type === 'string' ? [type] : type;

/** The kinds of a family's adapters, each by its name. */
export const kindsOf = ({ oneOf = [] }: Node): ReadonlyMap<string, Node> =>
  new Map(oneOf.map((kind) => [String(kind.properties?.['kind']?.const), kind]));
