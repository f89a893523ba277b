import type { AdapterDefinition } from '@sealpost/domain';
import { NewAdapterPresenceLeases } from './new-adapter-presence-leases.ts';
import { type Options, options } from './options.ts';

/** What a server loads. Give it its name: it is shown to operators, in health and in logs. */
export const adapter: AdapterDefinition<Options> = {
  name: 'new-adapter',
  ports: { presence: 1 },
  options,
  open: async (given, host) => ({
    ports: { presence: new NewAdapterPresenceLeases(given, host) },
    preparation: null,
    everyValue: null,
    health: () => Promise.resolve([]),
    stop: () => Promise.resolve(),
  }),
};
