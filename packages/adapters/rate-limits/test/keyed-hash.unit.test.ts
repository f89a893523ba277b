import { keyedHash } from '@sealpost/adapter-rate-limits';
import { describe, expect, it } from 'vitest';

const secret = new Uint8Array(32).fill(7);

describe('keyedHash', () => {
  it('is the same in every process that has the secret', () => {
    expect(keyedHash(secret)('alice')).toBe(keyedHash(secret.slice())('alice'));
    expect(keyedHash(secret)('alice')).toMatch(/^[\w-]{43}$/);
  });

  it('is another for another text and another secret', () => {
    const all = [
      keyedHash(secret)('alice'),
      keyedHash(secret)('bob'),
      keyedHash(new Uint8Array(32))('alice'),
    ];
    expect(new Set(all).size).toBe(3);
  });
});
