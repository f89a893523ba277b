import { join } from 'node:path';
import type { Adapter, AdapterHost } from '@sealpost/domain';
import { StartError } from '../lifecycle/start-error.ts';

/** The Postgres adapter on a PostgreSQL of this process's own, in the data folder. It migrates by itself. */
export async function openEmbeddedPostgres(
  { poolSize }: { readonly poolSize: number },
  host: AdapterHost,
): Promise<Adapter> {
  const { startEmbeddedPostgres, EmbeddedPostgresError } =
    await import('@sealpost/adapter-embedded-postgres');
  const { openPostgres } = await import('@sealpost/adapter-postgres');
  const server = await startEmbeddedPostgres({
    dataFolder: join(host.dataFolder, 'postgres'),
    onNotice: ({ code }) => host.noticed(routine.has(code) ? 'info' : 'warning', code),
  }).catch((error: unknown) => {
    throw error instanceof EmbeddedPostgresError
      ? new StartError(error.code, error.message)
      : error;
  });
  try {
    const options = { url: server.url, schema: 'sealpost', poolSize, migrate: 'at-start' } as const;
    const adapter = await openPostgres(options, host);
    const stop = async (): Promise<void> => {
      await adapter.stop();
      await server.stop();
    };
    return { ...adapter, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const routine: ReadonlySet<string> = new Set(['initialised', 'postgres_restarted']);
