import type { AdapterDefinition } from '@sealpost/domain';
import { NewAdapterRateLimiter } from './new-adapter-rate-limiter.ts';
import { type Options, options } from './options.ts';

/** What a server loads. Give it its name: it is shown to operators, in health and in logs. */
export const adapter: AdapterDefinition<Options> = {
  name: 'new-adapter',
  ports: { rateLimits: 1 },
  options,
  open: async (given, host) => ({
    ports: { rateLimits: (rates) => new NewAdapterRateLimiter(given, host, rates) },
    preparation: null,
    everyValue: null,
    health: () => Promise.resolve([]),
    stop: () => Promise.resolve(),
  }),
};
