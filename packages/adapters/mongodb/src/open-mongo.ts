import type { Adapter } from '@sealpost/domain';
import type { MongoAdapterOptions } from './adapter-options.ts';
import { connectMongo } from './connect-mongo.ts';
import { everyValue } from './every-value.ts';

/** Connects when first asked something. */
export async function openMongo({ migrate, ...options }: MongoAdapterOptions): Promise<Adapter> {
  const history = connectMongo(options);
  return {
    ports: { history: history.log },
    preparation: {
      due: () => history.pendingPreparations(),
      run: () => history.prepare(),
      atStart: migrate === 'at-start',
    },
    everyValue: () => everyValue(options),
    health: () => history.examine(),
    stop: () => history.stop(),
  };
}
