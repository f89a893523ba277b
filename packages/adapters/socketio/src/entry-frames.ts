import type { DeviceId, EntriesPush, Entry, Part } from '@sealpost/domain';
import type { WireEntry } from '@sealpost/protocol';
import { type DeepReadonly, type ServerFrame, serverFrame } from './server-frame.ts';

type WirePart = DeepReadonly<WireEntry['parts'][number]>;

const isNamed = ({ audience }: Part): boolean => audience !== 'all' && audience !== 'joiners';

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

/** What a device is given; null: a device that no part names. Who else is named stays out of it. */
function partsFor(parts: readonly Part[], device: DeviceId | null): WirePart[] {
  const given: WirePart[] = [];
  for (const part of parts) {
    if (part.audience === 'all') given.push({ audience: 'all', bytes: part.bytes });
    else if (device !== null && isNamed(part) && part.audience.includes(device)) {
      given.push({ audience: 'device', bytes: part.bytes });
    }
  }
  return given;
}

/** An entry as a device is given it. */
export const wireEntry = (entry: Entry, device: DeviceId | null): DeepReadonly<WireEntry> => ({
  conversation: entry.conversation,
  seq: entry.seq,
  generation: entry.generation,
  epoch: entry.epoch,
  sender: { account: entry.sender.account, device: entry.sender.device },
  clientId: entry.clientId,
  after: entry.after,
  acceptedAt: entry.acceptedAt,
  kind: entry.kind,
  class: entry.class,
  loud: entry.loud,
  change: entry.change,
  blobs: entry.blobs,
  digest: entry.digest,
  parts: partsFor(entry.parts, device),
});

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
