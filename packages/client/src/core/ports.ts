import type { Clock, RandomSource, Timers } from '@sealpost/domain';
import type { CryptoEngine } from '../engine/engine.port.ts';
import type { Transport } from '../transport/transport.port.ts';
import type { Emitter } from './emitter.ts';
import type { Vault } from './vault.ts';

/** What every part of the SDK works with. */
export interface Core {
  readonly vault: Vault;
  readonly engine: CryptoEngine;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomSource;
  readonly events: Emitter;
}
