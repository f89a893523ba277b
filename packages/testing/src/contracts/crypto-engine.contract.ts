import { describe } from 'vitest';
import { bundles } from './crypto-engine/bundles.contract.ts';
import { crashing } from './crypto-engine/crashing.contract.ts';
import { entries } from './crypto-engine/entries.contract.ts';
import { joining } from './crypto-engine/joining.contract.ts';
import { keysAndMisuse } from './crypto-engine/keys.contract.ts';
import { membership } from './crypto-engine/membership.contract.ts';
import { scenarios } from './crypto-engine/scenarios.contract.ts';
import { staging } from './crypto-engine/staging.contract.ts';
import type { CryptoEngineSubject } from './crypto-engine/subject.ts';

export type { CryptoEngineSubject } from './crypto-engine/subject.ts';

/** The specification of `CryptoEngine`: held by every engine, whatever it encrypts with, if with anything. */
export function cryptoEngineContract(subject: CryptoEngineSubject): void {
  describe(`CryptoEngine: ${subject.name}`, () => {
    keysAndMisuse(subject);
    membership(subject);
    staging(subject);
    crashing(subject);
    entries(subject);
    joining(subject);
    bundles(subject);
    scenarios(subject);
  });
}
