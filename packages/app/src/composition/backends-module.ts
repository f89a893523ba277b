import type { Stores } from '@sealpost/domain';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { adapterHost } from '../backends/adapter-host.ts';
import { openBackends } from '../backends/open-backends.ts';
import { faultRecord } from '../log/fault-record.ts';
import { HealthWatch } from '../runtime/health-watch.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { backends, clock, config, healthWatch, log, meter, random, timers } = TOKENS;

/** Within it an operator hears of a technology that does not work. */
const healthCareMs = 10_000;

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
    bindFrom(
      bind,
      healthWatch,
      { backends, meter, log },
      (parts) => new HealthWatch(parts.backends, parts.meter, parts.log),
    );
    bindFrom(
      bind,
      TOKENS.healthCare,
      { healthWatch, timers, log },
      (parts) =>
        new Recurring({
          run: () => parts.healthWatch.look(),
          everyMs: healthCareMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('looking after adapters', fault)),
        }),
    );
  });
