import fc from 'fast-check';
import type { DeviceRef } from '@sealpost/domain';

/** Text as clients choose it: any characters but NUL and halves of surrogate pairs, which no edge lets in. */
export const anyText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 24 })
  .filter((text) => !text.includes('\u0000') && text.isWellFormed());

export const anyDeviceRef: fc.Arbitrary<DeviceRef> = fc.record({
  account: anyText,
  device: anyText,
});
/** From 1970 to the year 3084. */
export const anyTimestamp = fc.nat({ max: 2 ** 45 });
