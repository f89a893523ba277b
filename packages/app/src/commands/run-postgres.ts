import type { EmbeddedPostgres } from '@sealpost/adapter-embedded-postgres';

/** Runs a PostgreSQL of its own on a data folder, for servers that are given its URL; to be stopped by the caller. */
export async function runPostgres(dataFolder: string): Promise<EmbeddedPostgres> {
  const { startEmbeddedPostgres } = await import('@sealpost/adapter-embedded-postgres');
  return startEmbeddedPostgres({ dataFolder });
}
