import { hex, type Bytes, type RandomSource } from '@sealpost/domain';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Scatters seeds that are alike, whose first draws would be alike too (the finalizer of MurmurHash3). */
function scattered(seed: number): number {
  let mixed = seed | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** All chance of a simulation, drawn from its seed. */
export class Dice implements RandomSource {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(scattered(seed));
  }

  /** A whole number from `lowest` to `highest`, both included. */
  int(lowest: number, highest: number): number {
    return uniformInt(this.#generator, lowest, highest);
  }

  /** True about so many times of a thousand. */
  perMille(share: number): boolean {
    return share > 0 && this.int(0, 999) < share;
  }

  /** @throws RangeError for an empty list. */
  pick<T>(from: readonly T[]): T {
    const chosen = from[this.int(0, from.length - 1)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }

  bytes(length: number): Bytes {
    return Uint8Array.from({ length }, () => this.int(0, 255));
  }

  id(): string {
    return hex(this.bytes(16));
  }

  /** Dice of their own, so that what one part draws does not move another's. */
  split(): Dice {
    return new Dice(this.int(0, 0x7fffffff));
  }
}
