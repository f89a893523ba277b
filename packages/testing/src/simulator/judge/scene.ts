import type { CryptoEngine } from '@sealpost/client';
import type { DeviceRef } from '@sealpost/domain';
import type { Timeline } from '../core/timeline.ts';
import type { SimDevice } from '../device/sim-device.ts';
import type { Network } from '../network/network.ts';
import type { Database } from '../server/database.ts';
import type { SimProcess } from '../server/sim-process.ts';
import type { Ledger } from './ledger.ts';

/** What those who judge may look at. */
export interface Scene {
  readonly timeline: Timeline;
  readonly database: Database;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly devices: readonly SimDevice[];
  readonly processes: readonly SimProcess[];
  readonly engine: CryptoEngine;
  /** How long entries are kept, in milliseconds. */
  readonly keepMs: number;
  readonly incarnation: number;
  /** For how long nothing has been broken; 0: something is. */
  readonly calmForMs: number;
  deviceOf(ref: DeviceRef): SimDevice | null;
  /** Whether a device is connected, and its connection carries. */
  isOnline(device: SimDevice): boolean;
}
