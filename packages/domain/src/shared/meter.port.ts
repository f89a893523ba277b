/** What operators watch. Names carry no ids of accounts, devices or conversations. */
export interface Meter {
  /** Adds to a counter. */
  count(name: CounterName, by?: number): void;
  /** Records one observation, in the unit that the name ends in. */
  observe(name: ObservationName, value: number): void;
}

export type CounterName =
  | 'entries_appended'
  | 'entries_known'
  | 'entries_refused'
  | 'appends_stale'
  | 'entries_pushed'
  | 'entries_cut'
  | 'ranges_reread'
  | 'hints_lost'
  | 'hints_unreadable'
  | 'fan_out_breaks'
  | 'bundles_claimed'
  | 'last_resort_claimed'
  | 'refresh_reused'
  | 'delivery_loops'
  | 'sockets_superseded'
  | 'sockets_refused'
  | 'slow_readers_closed'
  | 'floods_refused';

export type ObservationName = 'flush_size' | 'flush_ms' | 'open_sockets' | 'adapter_errors';
