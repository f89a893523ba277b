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
 * Of the profile `postgres` on two cores of an Intel Xeon, Node 24, PostgreSQL 18, from the tables of `docs/performance.md`
 * and at the load that is planned for: at full load a message costs a quarter of it, since it shares flushes and wake-ups
 * with many others.
 *
 * - A message: pairs at 4,000/s, where a process is half busy and PostgreSQL takes 40 % of a core. One delivery is in it, and
 *   counted again among deliveries: rather too much than too little.
 * - A delivery: groups of 10 at full load.
 * - Letting in: 10,000 idle connections, and 50 conversations each as a 40th of those with 2,000.
 * - Memory: 10,000 connections at 1,000 messages/s, garbage that is not collected yet included.
 *
 * Two are estimates: a hint is the decoding of 600 bytes and finding that nobody here is concerned; an entry is its fields,
 * three rows of indexes, and the body.
 */
export const measured: Costs = {
  serverPerMessage: 135,
  serverPerDelivery: 7,
  serverPerConnect: 770,
  serverPerHint: 8,
  storePerMessage: 94,
  storePerDelivery: 3,
  storePerConnect: 560,
  bytesPerConnection: 28 * KiB,
  bytesPerProcess: 165 * KiB * KiB,
  storedBytesPerEntry: 1_250,
};
