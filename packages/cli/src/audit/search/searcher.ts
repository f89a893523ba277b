import { formsOf } from './forms.ts';
import { PatternIndex } from './pattern-index.ts';
import { readings } from './readings.ts';

/** Something that must not be found. */
export interface Canary {
  /** What it is. Shown instead of it. */
  readonly name: string;
  /** At least 12; fewer would be found by chance. */
  readonly bytes: Uint8Array;
}

export interface Hit<C extends Canary> {
  readonly canary: C;
  /** How it was written, from the outside in: `gzip > base64+1`. */
  readonly encoding: string;
}

const leastBytes = 12;
/** Of one encoding within another, so many. */
const depthLimit = 3;

/**
 * Finds canaries in whatever usual way they are written: raw, UTF-16, hex, base64 and base64url at any alignment,
 * percent-encoding, escapes of JSON, lists of bytes; compressed by gzip, zlib, deflate, brotli or zstd; and these within
 * each other.
 */
export class Searcher<C extends Canary> {
  readonly #index = new PatternIndex<Hit<C>>();

  constructor(canaries: Iterable<C>) {
    for (const canary of canaries) {
      if (canary.bytes.length < leastBytes)
        throw new RangeError(`a canary has at least ${leastBytes} bytes`);
      for (const { encoding, bytes } of formsOf(canary.bytes))
        this.#index.add(bytes, { canary, encoding });
    }
  }

  /** Each canary that stands in the bytes, once, with the least wrapped of its writings. */
  search(bytes: Uint8Array): readonly Hit<C>[] {
    const hits = new Map<C, Hit<C>>();
    let level = [{ path: '', bytes, isWhole: true }];
    for (let depth = 0; depth <= depthLimit; depth += 1) {
      for (const { path, bytes: searched } of level)
        for (const { canary, encoding } of this.#index.findIn(searched))
          if (!hits.has(canary)) hits.set(canary, { canary, encoding: path + encoding });
      if (depth === depthLimit) break;
      level = level.flatMap((outer) =>
        [...readings(outer)].map(({ name, ...inner }) => ({
          ...inner,
          path: `${outer.path}${name} > `,
        })),
      );
    }
    return [...hits.values()];
  }
}
