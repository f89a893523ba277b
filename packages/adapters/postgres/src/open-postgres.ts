import type { Adapter, AdapterHost } from '@sealpost/domain';
import type { PostgresAdapterOptions } from './adapter-options.ts';
import { connectPostgres } from './connect-postgres.ts';
import { everyValue } from './every-value.ts';
import { PostgresFanOut } from './postgres-fan-out.ts';

/** Connects when first asked something. */
export async function openPostgres(
  { url, schema, poolSize, migrate }: PostgresAdapterOptions,
  host: AdapterHost,
): Promise<Adapter> {
  const stores = connectPostgres({ url, schema, poolSize });
  const failed = (fault: unknown): void => host.failed('fan-out', fault);
  const fanOut = new PostgresFanOut({ url, schema }, { ...host, failed });
  return {
    ports: {
      storage: stores,
      history: stores.log,
      fanOut,
      presence: stores.presence,
      rateLimits: (rates) => stores.rateLimiter(rates),
    },
    preparation: {
      due: () => stores.pendingMigrations(),
      run: () => stores.migrate(),
      atStart: migrate === 'at-start',
    },
    everyValue: () => everyValue({ url, schema }),
    health: () => stores.health(host.clock),
    stop: async () => {
      await fanOut.stop();
      await stores.stop();
    },
  };
}
