import { type Html, markup } from './html.ts';

/** What the schemas of the protocol use of JSON Schema. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly contentEncoding?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

const range = (least: number | undefined, most: number | undefined): string => {
  const bounded = most !== undefined && most < Number.MAX_SAFE_INTEGER;
  if (least !== undefined && bounded)
    return least === most ? ` (${least})` : ` (${least} to ${most})`;
  if (bounded) return ` (up to ${most})`;
  return least === undefined || least === 0 ? '' : ` (from ${least})`;
};

const alternatives = (options: readonly JsonSchema[], indent: string): Html =>
  markup`${options.map((option, at) => markup`${at > 0 ? ' | ' : ''}${schemaType(option, indent)}`)}`;

function objectType(
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  indent: string,
): Html {
  if (typeof additionalProperties === 'object')
    return markup`{ [name]: ${schemaType(additionalProperties, indent)} }`;
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      markup`${inner}<b>${name}</b>${required.includes(name) ? '' : '?'}: ${schemaType(schema, inner)}\n`,
  );
  return fields.length === 0 ? markup`{}` : markup`{\n${fields}${indent}}`;
}

function plainType(schema: JsonSchema, indent: string): Html {
  switch (schema.type) {
    case 'object':
      return objectType(schema, indent);
    case 'array':
      return markup`[ ${schemaType(schema.items ?? {}, indent)} … ]${range(schema.minItems, schema.maxItems)}`;
    case 'string':
      if (schema.contentEncoding) return markup`bytes`;
      return schema.pattern
        ? markup`text <i>${schema.pattern}</i>`
        : markup`text${range(schema.minLength, schema.maxLength)}`;
    case 'integer':
      return markup`integer${range(schema.minimum, schema.maximum)}`;
    default:
      return markup`${schema.type ?? 'anything'}`;
  }
}

/** A schema in a notation that people read at a glance; components are links to `#schema-…`. */
export function schemaType(schema: JsonSchema, indent = ''): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return markup`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return markup`${JSON.stringify(schema.const)}`;
  if (schema.enum) return markup`${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}`;
  const options = schema.oneOf ?? schema.anyOf;
  return options ? alternatives(options, indent) : plainType(schema, indent);
}
