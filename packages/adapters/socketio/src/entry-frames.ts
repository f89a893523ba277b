import type { DeviceId, EntriesPush, Entry } from '@sealpost/domain';
import { wireEntry } from '@sealpost/protocol/edge';
import { type ServerFrame, serverFrame } from './server-frame.ts';

/** The devices that have a part of their own among these entries. */
export function devicesNamed(entries: readonly Entry[]): ReadonlySet<DeviceId> {
  const named = new Set<DeviceId>();
  for (const { parts } of entries) {
    for (const { audience } of parts) {
      if (audience !== 'all' && audience !== 'joiners')
        for (const device of audience) named.add(device);
    }
  }
  return named;
}

/** Frames with the parts for all and, for a device, those that name it. */
export const entriesFrame = (
  push: EntriesPush,
  more: readonly DeviceId[],
  device: DeviceId | null,
): ServerFrame =>
  serverFrame('entries', {
    conversation: push.conversation,
    incarnation: push.incarnation,
    entries: push.entries.map((entry) => wireEntry(entry, device)),
    more,
  });

const sizeOf = ({ parts }: Entry): number =>
  parts.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Cuts a push into pushes of about so many bytes, each with at least one entry. */
export function cutPush(push: EntriesPush, bytes: number): EntriesPush[] {
  const pieces: Entry[][] = [];
  let size = Infinity;
  for (const entry of push.entries) {
    const next = sizeOf(entry);
    if (size + next > bytes) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)?.push(entry);
    size += next;
  }
  return pieces.map((entries) => ({ ...push, entries }));
}
