import type { Command, DeviceId, DevicePage, DeviceRef, Entry, Part } from '@sealpost/domain';
import type { WireEntry, WireEntryCommand, WireEntryPage } from '@sealpost/protocol';
import type { DeepReadonly } from '../wire/deep-readonly.ts';

type WirePart = DeepReadonly<WireEntry['parts'][number]>;

/** What a device is given of a part; who else is named stays out of it. */
function wirePart({ audience, bytes }: Part, device: DeviceId): WirePart[] {
  if (audience === 'all') return [{ audience, bytes }];
  return audience !== 'joiners' && audience.includes(device) ? [{ audience: 'device', bytes }] : [];
}

/** An entry as a device is given it. */
const wireEntry = (entry: Entry, device: DeviceId): DeepReadonly<WireEntry> => ({
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
  parts: entry.parts.flatMap((part) => wirePart(part, device)),
});

export const wirePage = (page: DevicePage, device: DeviceId): DeepReadonly<WireEntryPage> => ({
  incarnation: page.incarnation,
  entries: page.entries.map((entry) => wireEntry(entry, device)),
  gaps: page.gaps,
  next: page.next,
  head: page.head,
});

/** What a device wants appended. */
export const commandOf = (
  wanted: WireEntryCommand,
  conversation: string,
  { account, device }: DeviceRef,
): Command => ({
  conversation,
  kind: wanted.kind,
  class: wanted.class,
  sender: { account, device },
  clientId: wanted.clientId,
  after: wanted.after,
  generation: wanted.generation,
  epoch: wanted.epoch,
  change: wanted.change,
  blobs: wanted.blobs,
  parts: wanted.parts,
});
