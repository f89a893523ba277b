import type { CryptoEngine } from '@sealpost/client';
import { expect, it } from 'vitest';
import { Lab } from '../../engine/lab.ts';

export interface CryptoEngineSubject {
  readonly name: string;
  /** A new instance; instances share nothing. */
  engine(): CryptoEngine;
  /** How many random scenarios are run; fewer where each costs much. */
  readonly scenarios: number;
}

/** `it` on a fresh lab. */
export const testsOf =
  (subject: CryptoEngineSubject) =>
  (sentence: string, run: (lab: Lab) => Promise<void>): void =>
    it(sentence, () => run(new Lab(() => subject.engine())));

/** Expects the call to be refused as one that cannot be done. */
export async function expectMisuse(
  call: Promise<unknown>,
  code: string,
  bundles: readonly string[] = [],
): Promise<void> {
  await expect(call).rejects.toMatchObject({ name: 'EngineMisuse', code, bundles });
}
