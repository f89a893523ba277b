import type { AdapterDefinition } from '@sealpost/domain';
import { z } from 'zod';
import { adapterOptions, type MongoAdapterOptions } from './adapter-options.ts';

export { adapterOptions, type MongoAdapterOptions };

/** The history of conversations in MongoDB 7 or newer. The driver is loaded only when it is opened. */
export const adapter: AdapterDefinition<MongoAdapterOptions> = {
  name: 'mongodb',
  ports: { history: 2 },
  options: z.strictObject(adapterOptions),
  open: async (options) => (await import('./open-mongo.ts')).openMongo(options),
};
