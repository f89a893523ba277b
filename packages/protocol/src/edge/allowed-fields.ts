import type { z } from 'zod';

type Definition = z.core.$ZodTypes['_zod']['def'];

const defOf = (schema: z.core.$ZodType): Definition => (schema as z.core.$ZodTypes)._zod.def;

/** The schemas that one stands for: itself, what it wraps, its alternatives. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType[] {
  const def = defOf(schema);
  if (def.type === 'nullable' || def.type === 'optional' || def.type === 'default')
    return unwrapped(def.innerType);
  if (def.type === 'pipe') return unwrapped(def.in);
  return def.type === 'union' ? def.options.flatMap(unwrapped) : [schema];
}

function within(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  const def = defOf(schema);
  if (def.type === 'array') return unwrapped(def.element);
  const member = def.type === 'object' ? def.shape[String(key)] : undefined;
  return member ? unwrapped(member) : [];
}

/** The fields that an object at this place of a schema may have. */
export function allowedFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let places = unwrapped(schema);
  for (const key of path) places = places.flatMap((place) => within(place, key));
  return places.flatMap((place) => {
    const def = defOf(place);
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
}
