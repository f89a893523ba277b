import fc from 'fast-check';
import { getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls';
import { describe, expect, it } from 'vitest';
import { primitivesOf } from './ts-mls-primitives.ts';
import { SUITE } from './ts-mls.ts';

const bytes = (length: object = {}) => fc.uint8Array({ maxLength: 2_000, ...length });
const exactly = (length: number) => bytes({ minLength: length, maxLength: length });

describe('primitives', async () => {
  const web = await getCiphersuiteImpl(getCiphersuiteFromName(SUITE));
  const own = await primitivesOf(SUITE);

  it('hash, authenticate and derive as Web Crypto does', () =>
    fc.assert(
      fc.asyncProperty(
        exactly(32),
        bytes(),
        fc.integer({ min: 1, max: 255 }),
        async (key, data, length) => {
          expect(await own.hash.digest(data)).toEqual(await web.hash.digest(data));
          const mac = await web.hash.mac(key, data);
          expect(await own.hash.mac(key, data)).toEqual(mac);
          expect(await own.hash.verifyMac(key, mac, data)).toBe(true);
          const prk = await own.kdf.extract(key, data);
          expect(prk).toEqual(await web.kdf.extract(key, data));
          expect(await own.kdf.expand(prk, data, length)).toEqual(
            await web.kdf.expand(prk, data, length),
          );
          expect(own.kdf.size).toBe(web.kdf.size);
        },
      ),
    ));

  it('do not take a MAC of something else for this one’s', async () => {
    const mac = await own.hash.mac(new Uint8Array(32), new Uint8Array(3));
    const other = await own.hash.verifyMac(new Uint8Array(32), mac, new Uint8Array(4));
    expect(other).toBe(false);
  });
});
