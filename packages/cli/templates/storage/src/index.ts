import type { AdapterDefinition } from '@sealpost/domain';
import { newAdapterStores } from './new-adapter-stores.ts';
import { type Options, options } from './options.ts';

/** What a server loads. Give it its name: it is shown to operators, in health and in logs. */
export const adapter: AdapterDefinition<Options> = {
  name: 'new-adapter',
  ports: { storage: 4 },
  options,
  open: async (given, host) => ({
    ports: { storage: newAdapterStores(given, host) },
    preparation: null,
    everyValue: null,
    health: () => Promise.resolve([]),
    stop: () => Promise.resolve(),
  }),
};
