import type { CounterName, ObservationName } from '@sealpost/domain';

/** What each counter counts since the process started. */
export const counters = {
  entries_appended: 'Entries that were accepted and made durable',
  entries_known: 'Sends that were accepted before and answered again',
  entries_refused: 'Sends that a rule refused',
  appends_stale: 'Appends that were decided again because the conversation had changed',
  entries_pushed: 'Entries handed to connected devices',
  entries_cut: 'Entries taken out of logs because they were older than they are kept',
  ranges_reread: 'Ranges read from the log because a hint between processes was lost',
  hints_lost:
    'Hints that could not be told to the other processes, which then compare with the store',
  hints_unreadable: 'Messages on the channel between processes that are none of ours',
  fan_out_breaks: 'Times that the channel between processes was replaced after a break',
  bundles_claimed: 'One-time key bundles handed out',
  last_resort_claimed: 'Last-resort key bundles handed out because no one-time bundle was left',
  refresh_reused: 'Refresh tokens that were used twice; their sessions were ended',
  delivery_loops:
    'Times that a device was offered the same entry 5 times in an hour without acknowledging it',
  sockets_superseded: 'Connections closed because the device connected again',
  sockets_refused: 'Connections refused: no room, wrong credentials, too many from one network',
  slow_readers_closed: 'Connections closed because they read too slowly',
  floods_refused: 'Requests refused because of their rate',
} as const satisfies Record<CounterName, string>;

/** Counted for each limiter of the catalogue. */
export const limits = {
  limits_refused: 'Requests refused because something was done too often',
  limits_failed: 'Times that a limiter could not count',
} as const;

export type Observation =
  /** The distribution of all observations, by upper bounds of its buckets. */
  | { readonly help: string; readonly buckets: readonly number[] }
  /** The latest observation stands until the next. */
  | { readonly help: string; readonly buckets: null };

/** What is observed, without labels: nothing in them can name an account, a device or a conversation. */
export const observations = {
  flush_size: {
    help: 'Entries in one flush to the store',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  },
  flush_ms: {
    help: 'Time that the store took for one flush, in milliseconds',
    buckets: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000],
  },
  open_sockets: { help: 'Connected devices', buckets: null },
  adapter_errors: {
    help: 'What is wrong with the adapters at the moment: databases, Redis and the like',
    buckets: null,
  },
} as const satisfies Record<ObservationName, Observation>;
