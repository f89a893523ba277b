import type { Allowance, RateLimiter } from '../limits/rate-limiter.port.ts';
import type { ConversationLog } from '../log/conversation-log.port.ts';
import type { FanOut } from '../log/fan-out.port.ts';
import type { PresenceLeases } from '../presence/presence-leases.port.ts';
import type { Stores } from '../shared/stores.ts';

/** The families of ports for each of which a deployment chooses an adapter. */
export interface PortFamilies {
  /** All that outlives a process: accounts, devices, sessions, keys, cursors, logs. */
  readonly storage: Stores;
  /** The logs alone, instead of those of the storage. */
  readonly history: ConversationLog;
  /** Hints between the processes of the deployment. */
  readonly fanOut: FanOut;
  /** Who is connected to which process. */
  readonly presence: PresenceLeases;
  /** Counts for all processes what may be done how often. */
  readonly rateLimits: (rates: Readonly<Record<string, Allowance>>) => RateLimiter;
}

export type PortFamily = keyof PortFamilies;

/** Raised with every change that an adapter written before it must follow. */
export const portVersions: { readonly [Family in PortFamily]: number } = {
  storage: 4,
  history: 2,
  fanOut: 1,
  presence: 1,
  rateLimits: 1,
};
