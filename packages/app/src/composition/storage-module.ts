import type { Stores } from '@sealpost/domain';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';
import { TOKENS } from './tokens.ts';

/** Where each of the stores is found. */
const stores: { readonly [Name in keyof Stores]: ServiceIdentifier<Stores[Name]> } = {
  log: TOKENS.storedLog,
  index: TOKENS.index,
  cursors: TOKENS.cursors,
  keys: TOKENS.keys,
  accounts: TOKENS.accounts,
  devices: TOKENS.devices,
  sessions: TOKENS.sessions,
  signingKeys: TOKENS.signingKeys,
  deployment: TOKENS.deployment,
};

/** The ports whose state outlives the process, all from one adapter. */
export const storageModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(TOKENS.storage).toResolvedValue(openStorage, [TOKENS.config, TOKENS.log]);
    const bindStore = <Name extends keyof Stores>(name: Name): void => {
      bind(stores[name]).toResolvedValue(
        (storage: Storage) => storage.stores[name],
        [TOKENS.storage],
      );
    };
    for (const name of Object.keys(stores) as (keyof Stores)[]) bindStore(name);
  });
