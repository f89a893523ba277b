import type { AdapterDefinition } from '@sealpost/domain';
import { z } from 'zod';
import { adapterOptions, type PostgresAdapterOptions } from './adapter-options.ts';

export { adapterOptions, type PostgresAdapterOptions };

/**
 * Everything on one PostgreSQL (15 or newer): storage, hints by LISTEN and NOTIFY, presence, rates. The driver is loaded
 * only when it is opened.
 */
export const adapter: AdapterDefinition<PostgresAdapterOptions> = {
  name: 'postgres',
  ports: { storage: 4, history: 2, fanOut: 1, presence: 1, rateLimits: 1 },
  options: z.strictObject(adapterOptions),
  open: async (options, host) => (await import('./open-postgres.ts')).openPostgres(options, host),
};
