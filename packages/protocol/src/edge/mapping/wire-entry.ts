import { type DeviceId, type Entry, partsFor } from '@sealpost/domain';
import type { WireEntry } from '../../schema/entry.ts';
import type { DeepReadonly } from '../deep-readonly.ts';

/**
 * An entry as a device is given it: the parts for all, and those that name it; null: a device that no part names. Who
 * else is named stays out of it.
 */
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
  parts: partsFor(entry.parts, device).map(({ audience, bytes }) => ({
    audience: audience === 'all' ? 'all' : 'device',
    bytes,
  })),
});
