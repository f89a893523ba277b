import { hex, utf8 } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { SystemDigest } from './system-digest.ts';

describe('the system digest', () => {
  const digest = new SystemDigest();

  // FIPS 180-4 examples of NIST's cryptographic toolkit, and the empty message.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('is SHA-256 for %j', (text, expected) => {
    expect(hex(digest.sha256(utf8(text)))).toBe(expected);
  });

  it('reads no more than the bytes of a view, and gives bytes of their own', () => {
    const pool = utf8('xxabcxx');
    const result = digest.sha256(pool.subarray(2, 5));
    expect(hex(result)).toMatch(/^ba7816bf/);
    expect(result.buffer.byteLength).toBe(32);
  });
});
