import { describe, expect } from 'vitest';
import type { SigningKey } from '@sealpost/domain';
import { anInstant, many } from '../builders/ids.ts';
import { expectSilentFailure, marker } from './silence.ts';
import { testsOf, type StoresSubject } from './subject.ts';

const aKey = (number: number): SigningKey => ({
  id: `key ${number}`,
  secretJwk: `{"kty":"oct","k":"${number}"}`,
  createdAt: anInstant + number,
});

/** The specification of `SigningKeyStore`. */
export function signingKeyStoreContract(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe(`SigningKeyStore: ${subject.name}`, () => {
    it('is empty at first', async ({ stores: { signingKeys } }) => {
      expect(await signingKeys.list()).toEqual([]);
    });

    it('lists the keys newest first, as they were added', async ({ stores: { signingKeys } }) => {
      expect(await signingKeys.add(aKey(1), null)).toBe(true);
      expect(await signingKeys.add(aKey(2), 'key 1')).toBe(true);
      expect(await signingKeys.add(aKey(3), 'key 2')).toBe(true);
      expect(await signingKeys.list()).toEqual([aKey(3), aKey(2), aKey(1)]);
    });

    it('adds a key only if the newest is the one named', async ({ stores: { signingKeys } }) => {
      expect(await signingKeys.add(aKey(1), 'key 0')).toBe(false);
      await signingKeys.add(aKey(1), null);
      await signingKeys.add(aKey(2), 'key 1');
      expect(await signingKeys.add(aKey(3), null)).toBe(false);
      expect(await signingKeys.add(aKey(3), 'key 1')).toBe(false);
      expect(await signingKeys.list()).toEqual([aKey(2), aKey(1)]);
    });

    it('adds one of 16 racing keys', async ({ stores: { signingKeys } }) => {
      const race = async (round: number, ifNewest: string | null) => {
        const rivals = many(16, (index) => ({ ...aKey(round), id: `${round} ${index}` }));
        const answers = await Promise.all(rivals.map((key) => signingKeys.add(key, ifNewest)));
        expect(answers.filter(Boolean)).toHaveLength(1);
        return rivals[answers.indexOf(true)]?.id ?? null;
      };
      const first = await race(1, null);
      const second = await race(2, first);
      expect((await signingKeys.list()).map(({ id }) => id)).toEqual([second, first]);
    });

    it('removes the key named, if there is one', async ({ stores: { signingKeys } }) => {
      await signingKeys.add(aKey(1), null);
      await signingKeys.add(aKey(2), 'key 1');
      await signingKeys.add(aKey(3), 'key 2');
      await signingKeys.remove('key 1');
      await signingKeys.remove('key 1');
      expect(await signingKeys.list()).toEqual([aKey(3), aKey(2)]);
      await signingKeys.remove('key 3');
      expect(await signingKeys.add(aKey(4), 'key 2')).toBe(true);
    });

    it('tells nothing of a key when it fails', async ({ stores: { signingKeys }, dispose }) => {
      await dispose();
      await expectSilentFailure(() => signingKeys.list());
      await expectSilentFailure(() =>
        signingKeys.add({ id: marker, secretJwk: marker, createdAt: anInstant }, marker),
      );
      await expectSilentFailure(() => signingKeys.remove(marker));
    });
  });
}
