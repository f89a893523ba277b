import { describe } from 'vitest';
import { diverging } from './crypto-engine/adversarial/diverging.contract.ts';
import { hostileBundles } from './crypto-engine/adversarial/hostile-bundles.contract.ts';
import { hostileBytes } from './crypto-engine/adversarial/hostile-bytes.contract.ts';
import { intruders } from './crypto-engine/adversarial/intruders.contract.ts';
import { relabelling } from './crypto-engine/adversarial/relabelling.contract.ts';
import { removedReader } from './crypto-engine/adversarial/removed-reader.contract.ts';
import { sizes } from './crypto-engine/adversarial/sizes.contract.ts';
import { spentKeys } from './crypto-engine/adversarial/spent-keys.contract.ts';
import type { AdversarialSubject } from './crypto-engine/adversarial/subject.ts';

export type { AdversarialSubject } from './crypto-engine/adversarial/subject.ts';

/**
 * What an engine that encrypts withstands beside `cryptoEngineContract`: the server, former members, members and whoever
 * copies a device's records. Test vectors do not show any of it: ts-mls 1.6.2 passes them all and lets a removed member
 * read on (ADR 0005).
 */
export function mlsAdversarialContract(subject: AdversarialSubject): void {
  describe(`CryptoEngine under attack: ${subject.name}`, () => {
    removedReader(subject);
    spentKeys(subject);
    relabelling(subject);
    intruders(subject);
    hostileBundles(subject);
    hostileBytes(subject);
    sizes(subject);
    diverging(subject);
  });
}
