/** Reads a value that is not null; never throws. */
export type Parse = (value: string) => unknown;

/** Numbers here are positions, counts and milliseconds, all far below 2^53. */
const integer = (value: string): number => Number(value);

/**
 * From `\x…` to a plain array that owns exactly these bytes; the driver's would be a view of a larger one. Copied, since
 * an array whose buffer was never asked for is cheaper, up to 64 bytes without one at all: an entry's digest and body
 * take 1.5 µs, collecting them included, where writing into their own buffers took 3.
 */
const bytea = (value: string): Uint8Array => new Uint8Array(Buffer.from(value.slice(2), 'hex'));

/** How results are read, by type (`pg_type.oid`). */
const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [16, (value) => value === 't'],
  [17, bytea],
  [20, integer],
  [23, integer],
  [25, (value) => value],
  [2278, () => null],
]);

/** @throws TypeError for a type that no statement here answers. */
export function parserOf(type: number): Parse {
  const parse = parsers.get(type);
  if (parse === undefined) throw new TypeError(`no reader for results of type ${type}`);
  return parse;
}
