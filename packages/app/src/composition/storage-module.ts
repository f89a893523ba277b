import { ContainerModule } from 'inversify';
import { openStorage } from './open-storage.ts';
import type { Storage } from './storage.ts';
import { TOKENS } from './tokens.ts';

/** The ports whose state outlives the process, all from one adapter. */
export const storageModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(TOKENS.storage).toResolvedValue(openStorage, [TOKENS.config, TOKENS.log]);
    bind(TOKENS.storedLog).toResolvedValue(({ stores }: Storage) => stores.log, [TOKENS.storage]);
    bind(TOKENS.index).toResolvedValue(({ stores }: Storage) => stores.index, [TOKENS.storage]);
    bind(TOKENS.cursors).toResolvedValue(({ stores }: Storage) => stores.cursors, [TOKENS.storage]);
    bind(TOKENS.keys).toResolvedValue(({ stores }: Storage) => stores.keys, [TOKENS.storage]);
    bind(TOKENS.accounts).toResolvedValue(
      ({ stores }: Storage) => stores.accounts,
      [TOKENS.storage],
    );
    bind(TOKENS.devices).toResolvedValue(({ stores }: Storage) => stores.devices, [TOKENS.storage]);
    bind(TOKENS.sessions).toResolvedValue(
      ({ stores }: Storage) => stores.sessions,
      [TOKENS.storage],
    );
    bind(TOKENS.signingKeys).toResolvedValue(
      ({ stores }: Storage) => stores.signingKeys,
      [TOKENS.storage],
    );
    bind(TOKENS.deployment).toResolvedValue(
      ({ stores }: Storage) => stores.deployment,
      [TOKENS.storage],
    );
  });
