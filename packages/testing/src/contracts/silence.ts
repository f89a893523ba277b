import { inspect } from 'node:util';
import { expect } from 'vitest';
import { AdapterFailure } from '@sealpost/domain';

/** Planted in values that no error may repeat. It has no quote or backslash, so that no escaping hides it. */
export const marker = 'MARKER-6f1d2a';

/** Everything that a logger could write of an error: message, stack, causes and every other property. */
const everythingOf = (error: unknown): string =>
  inspect(error, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null });

/** Expects the call to be refused as a fault of the infrastructure which tells nothing of the values in it. */
export async function expectSilentFailure(call: () => Promise<unknown>): Promise<void> {
  const error: unknown = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AdapterFailure);
  expect(everythingOf(error)).not.toContain(marker);
  expect(everythingOf(error)).not.toContain(Buffer.from(marker).toString('hex'));
  expect(everythingOf(error)).not.toContain(Buffer.from(marker).toString('base64'));
}
