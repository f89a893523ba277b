import type { AccountId, DeviceId } from '../shared/ids.ts';

/** One of a process's connections; a later one of the same process has a higher serial. */
export interface ConnectionName {
  readonly device: DeviceId;
  readonly serial: number;
}

/** What a process says of its connections. */
export interface LeaseTurn {
  /** For how long from now on the process holds them. */
  readonly leaseMs: number;
  readonly opened: readonly (ConnectionName & {
    readonly account: AccountId;
    /** How long ago it was opened. */
    readonly agoMs: number;
  })[];
  /** Gone, with every earlier one of the device in this process. */
  readonly ended: readonly ConnectionName[];
}

export interface LeaseAnswer {
  /** The process was not known, or no longer: what it holds beside what this turn opened has to be opened again. */
  readonly fresh: boolean;
  /** Connections of this process that gave way to another one of their device; told again until they are ended. */
  readonly superseded: readonly ConnectionName[];
  /** Other processes in which a connection gave way to one of this turn. */
  readonly replacedIn: readonly string[];
}

/**
 * Which devices are connected, and to which process: one lease per process, and one connection per device. All times are
 * the store's own, since the clocks of processes differ. Losing everything here loses nothing else.
 *
 * - Of the connections of one device the one that was opened last stands, whenever it is told; in one process, the one
 *   with the highest serial.
 * - `hold` takes what ended before what was opened. Repeating a turn changes nothing.
 * - An account is online while a process with a living lease holds a connection of one of its devices (G10).
 */
export interface PresenceLeases {
  hold(process: string, turn: LeaseTurn): Promise<LeaseAnswer>;
  /** Those of the accounts that are online. */
  online(accounts: readonly AccountId[]): Promise<readonly AccountId[]>;
}
