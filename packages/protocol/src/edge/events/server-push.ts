import type { DeviceId, EntriesPush, Entry, Stock } from '@sealpost/domain';
import type { ServerEvents, ServerPayload } from '../../index.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import { wireEntry } from '../mapping/wire-entry.ts';
import { wireStock } from '../mapping/keys.ts';

/** An event for a connection, by its name. */
export type ServerPush<E extends keyof ServerEvents = keyof ServerEvents> = {
  readonly [N in E]: { readonly event: N; readonly payload: DeepReadonly<ServerPayload<N>> };
}[E];

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

/** The parts for all and, for a device, those that name it; `more` are devices that are given more by themselves. */
export const entriesPush = (
  { conversation, incarnation, entries }: EntriesPush,
  more: readonly DeviceId[],
  device: DeviceId | null,
): ServerPush<'entries'> => ({
  event: 'entries',
  payload: {
    conversation,
    incarnation,
    entries: entries.map((entry) => wireEntry(entry, device)),
    more,
  },
});

export const stockPush = (stock: Stock): ServerPush<'stock'> => ({
  event: 'stock',
  payload: { stock: wireStock(stock) },
});
