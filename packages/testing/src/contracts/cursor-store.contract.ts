import { describe } from 'vitest';
import { incarnations } from './cursor-store/incarnations.contract.ts';
import { moving } from './cursor-store/moving.contract.ts';
import { movingTogether } from './cursor-store/together.contract.ts';
import type { StoresSubject } from './subject.ts';

/** The specification of `CursorStore` (G8, G9). */
export function cursorStoreContract(subject: StoresSubject): void {
  describe(`CursorStore: ${subject.name}`, () => {
    moving(subject);
    incarnations(subject);
    movingTogether(subject);
  });
}
