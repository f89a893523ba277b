import type { CryptoEngine, LocalStore, Transport } from '@sealpost/client';
import type { Connections, ConversationLog, FanOut, UseCases } from '@sealpost/domain';
import type { Dice } from './core/dice.ts';
import type { ReplicatedLog } from './server/replicated-log.ts';
import type { SharedStores } from './server/shared-stores.ts';

/** What a deliberate bug may put in the place of the product's parts: each in front of the right one. */
export interface Sabotage {
  /** The database itself, which those who judge see as it is. */
  readonly database?: (right: SharedStores) => SharedStores;
  /** How processes use a log on several machines, in the runs that have one. */
  readonly replicatedLog?: (right: ReplicatedLog) => ConversationLog;
  /** Of each process. */
  readonly stores?: (right: SharedStores, given: { readonly dice: Dice }) => SharedStores;
  readonly fanOut?: (right: FanOut) => FanOut;
  readonly connections?: (right: Connections) => Connections;
  readonly useCases?: (
    right: UseCases,
    given: { readonly stores: SharedStores; readonly dice: Dice },
  ) => UseCases;
  /** Of each device, anew at each of its starts. */
  readonly localStore?: (right: LocalStore, given: { readonly dice: Dice }) => LocalStore;
  readonly transport?: (right: Transport, given: { readonly dice: Dice }) => Transport;
  readonly engine?: (right: CryptoEngine) => CryptoEngine;
}
