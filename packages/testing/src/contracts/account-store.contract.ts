import { describe } from 'vitest';
import { blocking } from './account-store/blocking.contract.ts';
import { creating } from './account-store/creating.contract.ts';
import { deleting } from './account-store/deleting.contract.ts';
import type { StoresSubject } from './subject.ts';

/** The specification of `AccountStore`. */
export function accountStoreContract(subject: StoresSubject): void {
  describe(`AccountStore: ${subject.name}`, () => {
    creating(subject);
    blocking(subject);
    deleting(subject);
  });
}
