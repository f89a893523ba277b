import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { canonicalBytes } from './canonical.ts';
import { deviceCertificateBytes, type DeviceClaim } from './certificate.ts';

const claim: DeviceClaim = {
  accountId: 'acc',
  deviceId: 'dé',
  signatureKey: new Uint8Array(32).fill(7),
  createdAtMs: 1_700_000_000_123,
};
const claims = fc.record({
  accountId: fc.string({ minLength: 1, unit: 'grapheme' }),
  deviceId: fc.string({ minLength: 1, unit: 'grapheme' }),
  signatureKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  createdAtMs: fc.maxSafeNat(),
});
const hex = (bytes: Uint8Array | null): string | null =>
  bytes && Buffer.from(bytes).toString('hex');

describe('the bytes of a device certificate', () => {
  it('follow the documented layout', () => {
    expect(hex(deviceCertificateBytes(claim))).toBe(
      [
        Buffer.from('sealpost/device/1').toString('hex'),
        '00000003616363',
        '0000000364c3a9',
        `00000020${'07'.repeat(32)}`,
        '000000080000018bcfe5687b',
      ].join(''),
    );
  });

  it.prop([claims, claims])('are equal only for equal claims', (one, other) => {
    const same = hex(deviceCertificateBytes(one)) === hex(deviceCertificateBytes(other));
    expect(same).toBe(JSON.stringify(one) === JSON.stringify(other));
  });

  it.prop([fc.string({ minLength: 2 }), fc.nat()])(
    'differ when the same characters are divided differently between the ids',
    (text, where) => {
      const at = 1 + (where % (text.length - 1));
      const moved = at === 1 ? text.length - 1 : 1;
      fc.pre(at !== moved);
      const divided = (cut: number) =>
        hex(
          deviceCertificateBytes({
            ...claim,
            accountId: text.slice(0, cut),
            deviceId: text.slice(cut),
          }),
        );
      expect(divided(at)).not.toBe(divided(moved));
    },
  );

  it.each([
    ['an empty account id', { accountId: '' }],
    ['an empty device id', { deviceId: '' }],
    ['an id with a lone surrogate', { deviceId: 'a\ud800' }],
    ['a key of 31 bytes', { signatureKey: new Uint8Array(31) }],
    ['a negative time', { createdAtMs: -1 }],
    ['a fractional time', { createdAtMs: 0.5 }],
    ['a time beyond the safe integers', { createdAtMs: 2 ** 53 }],
  ])('do not exist for %s', (_name, change) => {
    expect(deviceCertificateBytes({ ...claim, ...change })).toBeNull();
  });
});

describe('canonical bytes', () => {
  it('take a number as eight bytes', () => {
    expect(hex(canonicalBytes('x', [1]))).toBe('78000000080000000000000001');
  });

  it('do not exist for a field of 16 MiB', () => {
    expect(canonicalBytes('x', [new Uint8Array(1 << 24)])).toBeNull();
  });
});
