import { mostOnItsWay } from '../../network/link.ts';
import type { Checker } from '../checker.ts';

const saysWhen: ReadonlySet<string> = new Set(['rate_limited', 'too_soon', 'unavailable', 'busy']);

/** G16: whoever is turned away for now is told until when, and nothing grows for who does not read. */
export function saysNo(): Checker {
  return {
    promise: 'G16',
    see(testimony, scene, check) {
      if (testimony.kind === 'answered' && !testimony.answer.ok) {
        const { error } = testimony.answer;
        const told = 'retryAfterMs' in error && typeof error.retryAfterMs === 'number';
        if (saysWhen.has(error.code)) check(told, () => `${error.code}, and not until when`);
      }
      if (testimony.kind !== 'pushed') return;
      const waiting = scene.network.mostWaiting();
      check(waiting <= mostOnItsWay + 2, () => `${waiting} pushes wait for one that does not read`);
    },
  };
}
