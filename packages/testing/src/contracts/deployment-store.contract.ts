import { describe, expect } from 'vitest';
import { many } from '../builders/ids.ts';
import { expectSilentFailure } from './silence.ts';
import { testsOf, type StoresSubject } from './subject.ts';

/** The specification of `DeploymentStore` (G9). */
export function deploymentStoreContract(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`DeploymentStore: ${subject.name}`, () => {
    it('starts in the first incarnation (G9)', async ({ stores: { deployment } }) => {
      expect(await deployment.incarnation()).toBe(1);
    });

    it('raises the incarnation if it still is the one named (G9)', async ({
      stores: { deployment },
    }) => {
      const late = Date.UTC(2100, 0);
      expect(await deployment.raiseIncarnation(1, 2)).toBe(2);
      expect(await deployment.raiseIncarnation(1, 5)).toBe(2);
      expect(await deployment.raiseIncarnation(7, 8)).toBe(2);
      expect(await deployment.incarnation()).toBe(2);
      expect(await deployment.raiseIncarnation(2, late)).toBe(late);
      expect(await deployment.incarnation()).toBe(late);
    });

    it('raises it once when 16 callers race (G9)', async ({ stores: { deployment } }) => {
      expect(await Promise.all(many(16, () => deployment.raiseIncarnation(1, 2)))).toEqual(
        many(16, () => 2),
      );
      expect(await deployment.incarnation()).toBe(2);
    });

    it('fails when it cannot be read and written', async ({ stores: { deployment }, dispose }) => {
      await dispose();
      await expectSilentFailure(() => deployment.incarnation());
      await expectSilentFailure(() => deployment.raiseIncarnation(1, 2));
    });
  });
}
