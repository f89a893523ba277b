import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

export interface TemporaryPostgres {
  /** A connection string for node-postgres. */
  readonly url: string;
  /** Stops the server and removes its data; leaves a server that was named from outside alone. */
  stop(): Promise<void>;
}

/**
 * An empty PostgreSQL for tests, in a temporary folder and without fsync.
 *
 * With `SEALPOST_POSTGRES_URL` set it is that server instead: nothing is started or removed there. So callers keep
 * apart what they make, by a schema or a database of their own, and remove it.
 */
export async function temporaryPostgres(): Promise<TemporaryPostgres> {
  const given = process.env['SEALPOST_POSTGRES_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-postgres-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const { url, stop } = await startEmbeddedPostgres({ dataFolder: folder, durability: 'none' });
    return { url, stop: () => stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
