import type { z } from 'zod';

export type Schema = z.core.$ZodType;
export type Definition = z.core.$ZodTypes['_zod']['def'];

export const definitionOf = (schema: Schema): Definition => (schema as z.core.$ZodTypes)._zod.def;

/** Whether the schema takes the value; what the protocol checks beyond types is in here too. */
export const takes = (schema: Schema, value: unknown): boolean =>
  (schema as z.ZodType).safeParse(value).success;

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The bounds that its checks name: of a number its value, of text and lists their length. */
export function boundsOf(schema: Schema, otherwise: Bounds): Bounds {
  let { min, max } = otherwise;
  for (const check of definitionOf(schema).checks ?? []) {
    const def = check._zod.def as z.core.$ZodChecks['_zod']['def'];
    if (def.check === 'min_length') min = Math.max(min, def.minimum);
    if (def.check === 'max_length') max = Math.min(max, def.maximum);
    if (def.check === 'greater_than') min = Math.max(min, Number(def.value));
    if (def.check === 'less_than') max = Math.min(max, Number(def.value));
  }
  return { min, max };
}

export function patternsOf(schema: Schema): RegExp[] {
  return (definitionOf(schema).checks ?? []).flatMap((check) => {
    const def = check._zod.def as { readonly pattern?: unknown };
    return def.pattern instanceof RegExp ? [def.pattern] : [];
  });
}
