import type { Audience, Part } from '../log/entry.ts';
import type { DeviceId } from '../shared/ids.ts';

/**
 * Whether every part is for somebody who will be given it: for all, for joiners where there is something to join by, or
 * for devices that read the entry, each named once.
 */
export function reaches(
  parts: readonly Part[],
  kind: 'message' | 'commit',
  reads: (device: DeviceId) => boolean,
): boolean {
  const fits = (audience: Audience): boolean => {
    if (audience === 'all') return true;
    if (audience === 'joiners') return kind === 'commit';
    const distinct = new Set(audience).size === audience.length;
    return audience.length > 0 && distinct && audience.every(reads);
  };
  return parts.every(({ audience }) => fits(audience));
}
