import { ok, refuse, type Throttle } from '@sealpost/domain';
import type { Dice } from '../core/dice.ts';

/** Stands for all limiters: by chance, whatever is done is done too often. */
export class Crowding implements Throttle {
  /** Of a thousand doings, so many are refused. */
  share = 0;
  readonly #dice: Dice;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  take: Throttle['take'] = () => {
    const retryAfterMs = this.#dice.int(100, 3_000);
    return Promise.resolve(
      this.#dice.perMille(this.share) ? refuse({ code: 'rate_limited', retryAfterMs }) : ok(null),
    );
  };
}
