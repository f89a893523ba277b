import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AccountKey } from './account-key.ts';
import { verifyEd25519 } from './ed25519.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
// RFC 8032, 7.1, TEST 2.
const seed = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const publicKey = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const signature = hex(
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
    '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
);

describe('an account key', () => {
  it('has the public half and the signatures of RFC 8032', async () => {
    const key = await AccountKey.fromSeed(seed);
    expect(key.publicKey).toEqual(publicKey);
    expect(await key.sign(hex('72'))).toEqual(signature);
    expect(await key.verify(hex('72'), signature)).toBe(true);
  });

  it('leaves as a seed and as PKCS #8 that other programs read', async () => {
    const key = await AccountKey.generate();
    const again = await AccountKey.fromSeed(key.seed());
    expect(again.publicKey).toEqual(key.publicKey);
    const imported = await crypto.subtle.importKey(
      'pkcs8',
      new Uint8Array(key.pkcs8()),
      'Ed25519',
      false,
      ['sign'],
    );
    const signed = new Uint8Array(await crypto.subtle.sign('Ed25519', imported, hex('01')));
    expect(await key.verify(hex('01'), signed)).toBe(true);
  });

  it('is another one each time it is generated', async () => {
    const [one, other] = await Promise.all([AccountKey.generate(), AccountKey.generate()]);
    expect(one.publicKey).not.toEqual(other.publicKey);
  });

  it('shows nothing of its private half when it is printed or serialised', async () => {
    const key = await AccountKey.fromSeed(seed);
    const printed = inspect(key, { showHidden: true, depth: 9 }) + JSON.stringify(key);
    expect(printed).not.toContain('4ccd');
    expect(printed).not.toContain('76, 205');
    expect(JSON.stringify(key)).not.toContain('205,8,155');
    expect(Object.keys(key)).toEqual(['publicKey']);
  });

  it('takes no seed of another length', async () => {
    await expect(AccountKey.fromSeed(new Uint8Array(31))).rejects.toBeInstanceOf(RangeError);
  });
});

describe('a signature', () => {
  it('is refused for another message, key or form', async () => {
    const flipped = signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
    expect(await verifyEd25519(publicKey, hex('72'), signature)).toBe(true);
    expect(await verifyEd25519(publicKey, hex('73'), signature)).toBe(false);
    expect(await verifyEd25519(publicKey, hex('72'), flipped)).toBe(false);
    expect(await verifyEd25519(publicKey, hex('72'), signature.subarray(1))).toBe(false);
    expect(await verifyEd25519(publicKey.subarray(1), hex('72'), signature)).toBe(false);
    expect(await verifyEd25519(new Uint8Array(32).fill(0xff), hex('72'), signature)).toBe(false);
  });
});
