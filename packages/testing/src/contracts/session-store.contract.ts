import { describe } from 'vitest';
import { forgettingSessions } from './session-store/forgetting.contract.ts';
import { keepingSessions } from './session-store/keeping.contract.ts';
import { revokingSessions } from './session-store/revoking.contract.ts';
import { rotating } from './session-store/rotating.contract.ts';
import type { StoresSubject } from './subject.ts';

/** The specification of `SessionStore` (G6). */
export function sessionStoreContract(subject: StoresSubject): void {
  describe(`SessionStore: ${subject.name}`, () => {
    keepingSessions(subject);
    rotating(subject);
    revokingSessions(subject);
    forgettingSessions(subject);
  });
}
