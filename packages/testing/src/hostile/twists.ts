import fc from 'fast-check';
import { junk, mark } from './junk.ts';
import { Named, Odd } from './odd.ts';

/** One change to a value that was good: at a place, counted over all of them. */
export interface Twist {
  readonly at: number;
  readonly how: 'drop' | 'double' | 'add' | 'replace';
  readonly by: unknown;
}

export const twists = (names: readonly Named[]): fc.Arbitrary<Twist> =>
  fc.record({
    at: fc.nat({ max: 60 }),
    how: fc.constantFrom('drop', 'double', 'add', 'replace', 'replace', 'replace'),
    by: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...names) as fc.Arbitrary<unknown> },
      junk,
    ),
  });

type Place = readonly (string | number)[];

const isInner = (value: unknown): value is Record<string, unknown> | unknown[] =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Odd) &&
  !(value instanceof Named);

function placesIn(value: unknown, at: Place = []): Place[] {
  if (!isInner(value)) return [at];
  const inner = Array.isArray(value)
    ? value.flatMap((member, index) => placesIn(member, [...at, index]))
    : Object.entries(value).flatMap(([key, member]) => placesIn(member, [...at, key]));
  return [at, ...inner];
}

/** What stands in the place of a value: nothing, it twice, or something else. */
function instead(value: unknown, { how, by }: Twist): unknown[] {
  if (how === 'drop') return [];
  if (how === 'double') return [value, value];
  return how === 'add' && isInner(value) && !Array.isArray(value)
    ? [{ ...value, [mark]: by }]
    : [by];
}

function changed(value: unknown, [step, ...rest]: Place, twist: Twist): unknown {
  if (step === undefined || !isInner(value)) return instead(value, twist)[0];
  const edited = (member: unknown): unknown[] =>
    rest.length === 0 ? instead(member, twist) : [changed(member, rest, twist)];
  if (Array.isArray(value))
    return value.flatMap((member, at) => (at === step ? edited(member) : [member]));
  const fields = Object.entries(value).flatMap(([key, member]) =>
    (key === step ? edited(member) : [member]).map((one) => [key, one] as const),
  );
  return Object.fromEntries(fields);
}

/** The value with the change; the same twist of the same value is the same. */
export function twisted(value: unknown, twist: Twist): unknown {
  const places = placesIn(value);
  return changed(value, places[twist.at % places.length] ?? [], twist);
}

/** The value with every name replaced by what it stands for. */
export async function resolved(
  value: unknown,
  meaning: (name: Named) => unknown,
): Promise<unknown> {
  if (value instanceof Named) return meaning(value);
  if (!isInner(value)) return value;
  if (Array.isArray(value)) return Promise.all(value.map((member) => resolved(member, meaning)));
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value))
    Object.defineProperty(copy, key, {
      value: await resolved(member, meaning),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return copy;
}
