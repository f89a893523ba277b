import { hex, type Bundle, type KeyDirectory, type Upload } from '@sealpost/domain';
import { randomUUID } from 'node:crypto';
import { bytesOf, sha256Of } from './bytes.ts';
import { aDeviceRef, anInstant, many } from './ids.ts';

const month = 30 * 24 * 60 * 60_000;

/** A bundle under the digest of its body. */
export function aBundle(about: Partial<Pick<Bundle, 'body' | 'expiresAt'>> = {}): Bundle {
  const body = about.body ?? bytesOf(`bundle ${randomUUID()}`);
  return { ref: hex(sha256Of(body)), body, expiresAt: about.expiresAt ?? anInstant + month };
}

export const someBundles = (
  count: number,
  about: Partial<Pick<Bundle, 'expiresAt'>> = {},
): Bundle[] => many(count, () => aBundle(about));

/** An upload of nothing; name what the test is about. */
export const anUpload = (about: Partial<Upload> = {}): Upload => ({
  device: aDeviceRef(),
  suite: 'plain-1',
  oneTime: [],
  lastResort: null,
  now: anInstant,
  limit: 100,
  ...about,
});

/** A device with bundles in the directory. */
export async function aStockedDevice(
  keys: KeyDirectory,
  about: Partial<Upload> = {},
): Promise<Upload> {
  const upload = anUpload(about);
  await keys.upload(upload);
  return upload;
}
