import type { Stores } from '@sealpost/domain';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { adapterHost } from '../backends/adapter-host.ts';
import { openBackends } from '../backends/open-backends.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { backends, clock, config, log, meter, random, timers } = TOKENS;

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

/** The ports of the adapters that the configuration names, by what they are for. */
export const backendsModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    const given = { config, log, clock, timers, random, meter };
    bindFrom(bind, backends, given, ({ config: of, log: told, ...parts }) =>
      openBackends(of, adapterHost(of, told, parts)),
    );
    const bindStore = <Name extends keyof Stores>(name: Name): void =>
      bindFrom(bind, stores[name], { backends }, (parts) => parts.backends.stores[name]);
    for (const name of Object.keys(stores) as (keyof Stores)[]) bindStore(name);
    bindFrom(bind, TOKENS.fanOut, { backends }, (parts) => parts.backends.fanOut);
    bindFrom(bind, TOKENS.presence, { backends }, (parts) => parts.backends.presence);
    bindFrom(bind, TOKENS.sharedLimiter, { backends }, (parts) => parts.backends.rateLimiter);
  });
