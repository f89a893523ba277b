import fc from 'fast-check';
import { definitionOf, type Schema, takes, boundsOf } from './definition.ts';
import { dangerousNames, junk, mark } from './junk.ts';
import { bytes, nearMisses, number, text } from './leaves.ts';
import type { Named } from './odd.ts';

type Any = fc.Arbitrary<unknown>;

/** The schema that comes first, of those that one wraps. */
function innerOf(schema: Schema): Schema | null {
  const def = definitionOf(schema);
  if (def.type === 'nullable' || def.type === 'optional' || def.type === 'default')
    return def.innerType;
  return null;
}

/** Bytes are what takes a `Uint8Array` of some length. */
const isBytes = (schema: Schema): boolean =>
  definitionOf(schema).type !== 'unknown' &&
  [0, 1, 32, 64].some((length) => takes(schema, new Uint8Array(length)));

/**
 * Values for any schema, by walking its definition: a call or a field that is added is covered by itself. The names are
 * those of the world, and are drawn by the field that a text stands in.
 */
export class Values {
  readonly #names: readonly Named[];
  readonly #valid = new Map<Schema, Map<string, Any>>();

  constructor(names: readonly Named[]) {
    this.#names = names;
  }

  /** What the schema takes, once names are replaced by what they stand for. */
  valid(schema: Schema, field = ''): Any {
    const known = this.#valid.get(schema) ?? new Map<string, Any>();
    this.#valid.set(schema, known);
    const made = known.get(field) ?? this.#made(schema, field);
    known.set(field, made);
    return made;
  }

  /** What the schema takes but for one place. */
  almost(schema: Schema, field = ''): Any {
    const inner = innerOf(schema);
    if (inner) return this.almost(inner, field);
    const def = definitionOf(schema);
    if (def.type === 'object') return this.#almostObject(def.shape);
    if (def.type === 'array') return this.#almostList(schema, def.element, field);
    if (isBytes(schema)) return fc.oneof(...bytes(schema, false), junk);
    if (def.type === 'pipe') return this.almost(def.in, field);
    if (def.type === 'union')
      return fc.oneof(junk, ...def.options.map((option) => this.almost(option, field)));
    const misses = nearMisses(schema);
    return misses.length === 0 ? junk : fc.oneof(fc.constantFrom(...misses), junk);
  }

  #made(schema: Schema, field: string): Any {
    const def = definitionOf(schema);
    switch (def.type) {
      case 'object':
        return this.#object(def.shape);
      case 'array':
        return this.#list(schema, def.element, field);
      case 'nullable':
        return fc.option(this.valid(def.innerType, field), { freq: 2 });
      case 'optional':
      case 'default':
        return fc.option(this.valid(def.innerType, field), { nil: undefined, freq: 2 });
      case 'enum':
        return fc.constantFrom(...Object.values(def.entries));
      case 'literal':
        return fc.constantFrom(...def.values);
      case 'boolean':
        return fc.boolean();
      case 'union':
        if (isBytes(schema)) return fc.oneof(...bytes(schema, true));
        return fc.oneof(...def.options.map((option) => this.valid(option, field)));
      case 'number':
        return number(schema);
      case 'string':
        return this.#text(schema, field);
      case 'pipe':
        // A number in a query is coerced before it is judged.
        if (isBytes(schema)) return fc.oneof(...bytes(schema, true));
        return this.valid(definitionOf(def.in).type === 'number' ? def.out : def.in, field);
      case 'undefined':
        return fc.constant(undefined);
      default:
        return isBytes(schema) ? fc.oneof(...bytes(schema, true)) : junk;
    }
  }

  #object(shape: Readonly<Record<string, Schema>>): fc.Arbitrary<Record<string, unknown>> {
    return fc.record(
      Object.fromEntries(
        Object.entries(shape).map(([field, member]) => [field, this.valid(member, field)]),
      ),
      { noNullPrototype: true },
    );
  }

  /** Mostly few; now and then one too many for anybody but the schema. */
  #list(schema: Schema, element: Schema, field: string): Any {
    const { min, max } = boundsOf(schema, { min: 0, max: 1_000 });
    const one = this.valid(element, field);
    const few = fc.array(one, { minLength: min, maxLength: Math.min(max, min + 2) });
    const most = one.map((value) => Array.from({ length: max }, () => value));
    return fc.oneof({ weight: 40, arbitrary: few }, { weight: 1, arbitrary: most });
  }

  #text(schema: Schema, field: string): Any {
    const fitting = this.#names.filter(({ like }) => takes(schema, like));
    const own = fitting.filter(({ fields }) => fields.test(field));
    const known = (names: readonly Named[], weight: number) =>
      names.length === 0 ? [] : [{ weight, arbitrary: fc.constantFrom(...names) as Any }];
    return fc.oneof(...known(own, 7), ...known(fitting, own.length === 0 ? 2 : 1), {
      weight: 2,
      arbitrary: text(schema),
    });
  }

  #almostObject(shape: Readonly<Record<string, Schema>>): Any {
    const whole = this.#object(shape);
    const fields = Object.entries(shape);
    const spoilt = fields.map(([field, member]): fc.WeightedArbitrary<unknown> => ({
      weight: 4,
      arbitrary: fc
        .tuple(whole, this.almost(member, field))
        .map(([value, wrong]) => ({ ...value, [field]: wrong })),
    }));
    const more = fc
      .tuple(whole, fc.constantFrom(mark, 'account', 'device', ...dangerousNames), junk)
      .map(([value, field, extra]) =>
        // By assignment `__proto__` would change the object instead of naming a field.
        Object.defineProperty({ ...value }, field, { value: extra, enumerable: true }),
      );
    const less =
      fields.length === 0
        ? []
        : [
            fc
              .tuple(whole, fc.constantFrom(...fields))
              .map(([value, [field]]) => without(value, field)),
          ];
    return fc.oneof(...spoilt, more, ...less, junk);
  }

  #almostList(schema: Schema, element: Schema, field: string): Any {
    const { min, max } = boundsOf(schema, { min: 0, max: 1_000 });
    const one = this.valid(element, field);
    const lengths = [min - 1, max + 1].filter((length) => length >= 0);
    return fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.array(one, { maxLength: 2 }), this.almost(element, field))
          .map(([good, bad]) => [...good, bad]),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(one, fc.constantFrom(...lengths))
          .map(([value, length]) => Array.from({ length }, () => value)),
      },
      { weight: 1, arbitrary: junk },
    );
  }
}

const without = (value: Readonly<Record<string, unknown>>, field: string) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
