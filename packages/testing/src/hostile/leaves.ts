import fc from 'fast-check';
import { mark } from './junk.ts';
import { boundsOf, patternsOf, type Schema, takes } from './definition.ts';

/** Around every length and number that a schema of ours has as its bound. */
const lengths = [0, 1, 2, 16, 31, 32, 33, 63, 64, 65, 100, 1_023, 1_024, 1_025, 65_536, 65_537];

/** Bytes whose lengths the schema takes, or does not; found by trying, since a refinement does not say what it wants. */
export function bytes(schema: Schema, taken: boolean): fc.WeightedArbitrary<Uint8Array>[] {
  const found = lengths.filter((length) => takes(schema, new Uint8Array(length)) === taken);
  const groups = [
    { weight: 15, sizes: found.filter((length) => length <= 1_025) },
    { weight: 1, sizes: found.filter((length) => length > 1_025) },
  ];
  return groups
    .filter(({ sizes }) => sizes.length > 0)
    .map(({ weight, sizes }) => ({
      weight,
      arbitrary: fc
        .tuple(fc.constantFrom(...sizes), fc.nat({ max: 255 }))
        .map(([length, filler]) => new Uint8Array(length).fill(filler)),
    }));
}

function matching(pattern: RegExp): fc.Arbitrary<string> | null {
  try {
    return fc.stringMatching(pattern, { size: 'medium' });
  } catch {
    return null;
  }
}

/** Text that the schema takes, of its shortest, its longest and any length. */
export function text(schema: Schema): fc.Arbitrary<string> {
  const { min, max } = boundsOf(schema, { min: 0, max: 200 });
  const patterns = patternsOf(schema);
  const formal = patterns.flatMap((pattern) => matching(pattern) ?? []);
  const filled = [min, min + 1, max - 1, max].flatMap((length) => [
    mark.repeat(Math.ceil(length / mark.length)).slice(0, length),
    'A'.repeat(length),
  ]);
  const fitting = [mark, `${mark}-1`, ...filled].filter((one) => takes(schema, one));
  const free = fc
    .string({ unit: 'grapheme', minLength: min, maxLength: Math.min(max, 80) })
    .filter((one) => takes(schema, one));
  return fc.oneof(
    ...(fitting.length > 0 ? [fc.constantFrom(...fitting)] : []),
    ...(formal.length > 0 ? formal.map((one) => one.filter((it) => takes(schema, it))) : [free]),
  );
}

/** Numbers that the schema takes: small ones first of all, then its bounds. */
export function number(schema: Schema): fc.Arbitrary<number> {
  const { min, max } = boundsOf(schema, {
    min: Number.MIN_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
  });
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min, max: Math.min(max, min + 2) }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
    { weight: 1, arbitrary: fc.integer({ min, max }) },
  );
}

/** What misses the schema by little. */
export function nearMisses(schema: Schema): unknown[] {
  const { min, max } = boundsOf(schema, { min: 0, max: 200 });
  const sizes = [min - 1, max + 1].filter((size) => size >= 0 && size <= 70_000);
  const around = [min - 1, max + 1, min + 0.5, -min, String(min), [min], Number.MAX_VALUE];
  const texts = [
    ...sizes.map((size) => 'a'.repeat(size)),
    `${mark}\n`,
    `${mark} `,
    ` ${mark}`,
    `${mark}/${mark}`,
    '\ud800',
    `\u0000${mark}`,
    'é',
  ];
  const types = [null, '', 0, false, [], {}, [mark], { [mark]: mark }, new Uint8Array(3)];
  return [...around, ...texts, ...types].filter((one) => !takes(schema, one));
}
