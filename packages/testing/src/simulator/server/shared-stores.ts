import type { PresenceLeases, Stores } from '@sealpost/domain';

/** Everything that processes share: what must last, and what may be lost. */
export interface SharedStores extends Stores {
  readonly presence: PresenceLeases;
}
