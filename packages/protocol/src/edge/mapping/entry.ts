import type { Command, DeviceId, DevicePage, DeviceRef } from '@sealpost/domain';
import type { WireEntryCommand, WireEntryPage } from '../../index.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { wireEntry } from './wire-entry.ts';

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
