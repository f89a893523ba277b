import { describe } from 'vitest';
import { approving } from './device-store/approving.contract.ts';
import { certifyingFirst } from './device-store/certifying-first.contract.ts';
import { enrolling } from './device-store/enrolling.contract.ts';
import { linking } from './device-store/linking.contract.ts';
import { revoking } from './device-store/revoking.contract.ts';
import { rosterTasks } from './device-store/roster-tasks.contract.ts';
import type { StoresSubject } from './subject.ts';

/** The specification of `DeviceStore` (G6). */
export function deviceStoreContract(subject: StoresSubject): void {
  describe(`DeviceStore: ${subject.name}`, () => {
    enrolling(subject);
    certifyingFirst(subject);
    linking(subject);
    approving(subject);
    revoking(subject);
    rosterTasks(subject);
  });
}
