import { fc } from '@fast-check/vitest';
import type { z } from 'zod';

type Definition = z.core.$ZodTypes['_zod']['def'];

/** Values that belong to something that exists, so that inputs get past the door. */
export type Known = readonly string[];

const defOf = (schema: z.core.$ZodType): Definition => (schema as z.core.$ZodTypes)._zod.def;

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    maxDepth: 2,
    withNullPrototype: false,
    values: [
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
    ],
  }),
  fc.constantFrom(
    '',
    '\0',
    '__proto__',
    'constructor',
    '\ud800',
    '\ufeffa',
    '💥'.repeat(40),
    Number.MAX_SAFE_INTEGER,
    -1,
    1.5,
    {},
    [],
  ),
);

/** Of the lengths that keys, nonces and signatures have, and others. */
const bytes = fc.oneof(
  fc
    .constantFrom(0, 1, 31, 32, 33, 64, 65, 200)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  fc.stringMatching(/^[A-Za-z0-9_-]{0,90}$/),
);

function text(schema: z.core.$ZodType, known: Known): fc.Arbitrary<unknown> {
  const { pattern } = (schema as z.ZodString)._zod.bag as {
    patterns?: Set<RegExp>;
    pattern?: RegExp;
  };
  const patterns = [
    ...(((schema as z.ZodString)._zod.bag as { patterns?: Set<RegExp> }).patterns ?? []),
  ];
  const formal = pattern ?? patterns[0];
  const fitting =
    formal && !formal.flags.includes('u')
      ? fc.stringMatching(formal)
      : fc.string({ minLength: 1, maxLength: 70 });
  return fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 3 }, fitting);
}

function valid(schema: z.core.$ZodType, known: Known): fc.Arbitrary<unknown> {
  const def = defOf(schema);
  switch (def.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(def.shape).map(([key, member]) => [key, inputs(member, known)]),
        ),
      );
    case 'array':
      return fc.array(inputs(def.element, known), { maxLength: 4 });
    case 'nullable':
      return fc.option(inputs(def.innerType, known));
    case 'optional':
    case 'default':
      return fc.option(inputs(def.innerType, known), { nil: undefined });
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'union':
      return fc.oneof(...def.options.map((option) => inputs(option, known)));
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 3 }), fc.maxSafeInteger(), fc.constant(Date.now()));
    case 'string':
      return text(schema, known);
    case 'pipe':
      return defOf(def.in).type === 'number'
        ? fc.oneof(fc.nat({ max: 3 }), fc.maxSafeInteger())
        : bytes;
    case 'undefined':
      return fc.constant(undefined);
    default:
      return junk;
  }
}

/** Mostly what a schema allows, now and then anything. */
export const inputs = (schema: z.core.$ZodType, known: Known): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: valid(schema, known), weight: 15 }, { arbitrary: junk, weight: 1 });
