import type { Bundle, ClaimedBundle, DeviceRef, KeyDirectory, Timestamp } from '@sealpost/domain';
import { anInstant } from '../../builders/ids.ts';
import { bounded } from '../turn.ts';

export const suite = 'plain-1';
export const refsOf = (bundles: readonly Bundle[]): string[] => bundles.map(({ ref }) => ref);

/** Claims one bundle of one device. */
export async function claimOne(
  keys: KeyDirectory,
  device: DeviceRef,
  now: Timestamp = anInstant,
): Promise<ClaimedBundle | null> {
  const claimed = await keys.claim([device], suite, now);
  return claimed[0] ?? null;
}

/** Claims until the one-time bundles are used up; their refs in the order in which they left. */
export async function drain(
  keys: KeyDirectory,
  device: DeviceRef,
  now: Timestamp = anInstant,
): Promise<string[]> {
  const refs: string[] = [];
  const round = bounded(1000);
  for (;;) {
    round();
    const claimed = await claimOne(keys, device, now);
    if (!claimed || claimed.lastResort) return refs;
    refs.push(claimed.ref);
  }
}
