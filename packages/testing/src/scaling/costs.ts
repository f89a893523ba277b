/** What one unit of work costs, as `npm run bench` measures it; all CPU in microseconds of one core. */
export interface Costs {
  /** To take, check, store and acknowledge a message. */
  readonly serverPerMessage: number;
  /** To push it to one connected device, and to take that device's cursor. */
  readonly serverPerDelivery: number;
  /** To let a device in and introduce it. */
  readonly serverPerConnect: number;
  /** To hear of a message that another process took: each process hears of all. */
  readonly serverPerHint: number;
  readonly storePerMessage: number;
  readonly storePerDelivery: number;
  readonly storePerConnect: number;
  readonly bytesPerConnection: number;
  /** Of a process that serves nobody. */
  readonly bytesPerProcess: number;
  /** Of an entry with its indexes, for the bodies of `Habits`. */
  readonly storedBytesPerEntry: number;
}

const KiB = 1024;

/**
 * Of the profile `postgres` on two cores of an AMD EPYC, Node 24, PostgreSQL 18: pairs and groups of 100 at full
 * load, and a thousand idle connections. Two are estimates: a hint is the decoding of 600 bytes and finding that nobody
 * here is concerned; an entry is its fields, three rows of indexes, and the body.
 */
export const measured: Costs = {
  serverPerMessage: 120,
  serverPerDelivery: 9,
  serverPerConnect: 2_000,
  serverPerHint: 8,
  storePerMessage: 42,
  storePerDelivery: 4,
  storePerConnect: 500,
  bytesPerConnection: 32 * KiB,
  bytesPerProcess: 150 * KiB * KiB,
  storedBytesPerEntry: 1_250,
};
