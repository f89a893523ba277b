import { describe } from 'vitest';
import { claiming } from './key-directory/claiming.contract.ts';
import { lastResorts } from './key-directory/last-resort.contract.ts';
import { racingClaims } from './key-directory/racing.contract.ts';
import { spending } from './key-directory/spending.contract.ts';
import { uploading } from './key-directory/uploading.contract.ts';
import type { StoresSubject } from './subject.ts';

/** The specification of `KeyDirectory` (G11, G12). */
export function keyDirectoryContract(subject: StoresSubject): void {
  describe(`KeyDirectory: ${subject.name}`, () => {
    uploading(subject);
    claiming(subject);
    lastResorts(subject);
    spending(subject);
    racingClaims(subject);
  });
}
