import { z } from 'zod';
import type { ZodOpenApiOverride } from 'zod-openapi';

type Context = Parameters<ZodOpenApiOverride>[0];
type JsonSchema = Record<string, unknown>;

function replace(schema: JsonSchema, by: object): void {
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, by);
}

/** Schemas of bytes take binary values, for which JSON Schema has no word, or text: what they say of themselves stands alone. */
function representBytes({ zodSchema }: Context, schema: JsonSchema): void {
  const own = schema['override'];
  const unspoken =
    ['pipe', 'custom', 'transform'].includes(zodSchema._zod.def.type) &&
    Object.keys(schema).length === 0;
  if (typeof own === 'object' && own !== null) replace(schema, own);
  else if (unspoken) replace(schema, { type: 'string', contentEncoding: 'base64url' });
}

/** A number in a query is a text that is read as one; what is told is which number. */
function representNumbers({ zodSchema }: Context, schema: JsonSchema): void {
  const { def } = zodSchema._zod;
  if (def.type !== 'pipe' || def.in._zod.def.type !== 'number') return;
  const { $schema: _, ...number } = z.toJSONSchema(def.out);
  replace(schema, number);
}

/** Later versions may add fields to answers, so readers must expect them. */
function keepOpen({ zodSchema, io }: Context, schema: JsonSchema): void {
  const { def } = zodSchema._zod;
  if (io === 'output' && def.type === 'object' && def.catchall === undefined)
    delete schema['additionalProperties'];
}

/** Says in JSON Schema what the wire's schemas mean where zod’s own words would not. */
export const represent: ZodOpenApiOverride = (context) => {
  representBytes(context, context.jsonSchema);
  representNumbers(context, context.jsonSchema);
  keepOpen(context, context.jsonSchema);
};

/** AsyncAPI names the property that tells variants apart, and nothing else of them. */
export const representMessages: ZodOpenApiOverride = (context) => {
  represent(context);
  const { def } = context.zodSchema._zod;
  if (def.type === 'union' && 'discriminator' in def)
    Object.assign(context.jsonSchema, { discriminator: def.discriminator });
};
