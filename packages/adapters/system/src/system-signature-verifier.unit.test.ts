import { fc, it as property } from '@fast-check/vitest';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SystemSignatureVerifier } from './system-signature-verifier.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** RFC 8032, section 7.1: public key, message, signature. */
const vectors = [
  [
    'TEST 1',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    'TEST 2',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'TEST 3',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    'TEST SHA(abc)',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
] as const;
const [, key, , signature] = vectors[2];
const message = bytes('af82');

/** The order of the base point (RFC 8032, section 5.1). */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

function withOrderAdded(valid: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(valid.slice(32)).reverse().toString('hex')}`) + order;
  const raised = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return Uint8Array.from([...valid.slice(0, 32), ...raised]);
}

describe('the system signature verifier', () => {
  const verifier = new SystemSignatureVerifier();

  it.each(vectors)('takes %s of RFC 8032', (_name, publicKey, text, valid) => {
    expect(verifier.verify(bytes(publicKey), bytes(text), bytes(valid))).toBe(true);
  });

  it('takes views of larger buffers', () => {
    const pool = Uint8Array.from([1, 2, ...bytes(key), 3, ...message, 4, ...bytes(signature), 5]);
    const [at, from] = [2, 35];
    const views = [
      pool.subarray(at, at + 32),
      pool.subarray(from, from + 2),
      pool.subarray(from + 3, from + 67),
    ] as const;
    expect(verifier.verify(...views)).toBe(true);
  });

  property.prop([fc.nat({ max: 31 }), fc.nat({ max: 63 }), fc.nat({ max: 7 })])(
    'refuses another message, key or signature, by one bit',
    (inKey, inSignature, bit) => {
      const flipped = (original: Uint8Array, place: number): Uint8Array =>
        original.map((byte, index) => (index === place ? byte ^ (1 << bit) : byte));
      expect(verifier.verify(flipped(bytes(key), inKey), message, bytes(signature))).toBe(false);
      expect(verifier.verify(bytes(key), flipped(message, inKey % 2), bytes(signature))).toBe(
        false,
      );
      expect(verifier.verify(bytes(key), message, flipped(bytes(signature), inSignature))).toBe(
        false,
      );
    },
  );

  property.prop([fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 80 })])(
    'answers any bytes with false and never throws',
    (anyKey, anySignature) => {
      expect(verifier.verify(anyKey, message, anySignature)).toBe(false);
      expect(verifier.verify(anyKey, message, bytes(signature))).toBe(false);
      expect(verifier.verify(bytes(key), message, anySignature)).toBe(false);
    },
  );

  property.prop([fc.uint8Array({ minLength: 32, maxLength: 32 })])(
    'answers keys that are no point with false',
    (anyKey) => {
      expect(verifier.verify(anyKey, message, bytes(signature))).toBe(false);
    },
  );

  it('refuses the second form of a valid signature (RFC 8032, section 5.1.7)', () => {
    expect(verifier.verify(bytes(key), message, withOrderAdded(bytes(signature)))).toBe(false);
  });

  it('takes what Node signs with a fresh key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    expect(verifier.verify(raw, message, sign(null, message, privateKey))).toBe(true);
  });
});
