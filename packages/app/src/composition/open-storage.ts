import { join } from 'node:path';
import type { EmbeddedPostgresNotice } from '@sealpost/adapter-embedded-postgres';
import type { PostgresOptions } from '@sealpost/adapter-postgres';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import type { LogRecord, ServerLog } from '../log/log-record.ts';
import type { Storage } from './storage.ts';
import { unknownKind } from './unknown-kind.ts';

/** Opens the storage that the configuration names. Its adapter's package is loaded only then. */
export async function openStorage(
  { storage, dataFolder }: Config,
  log: ServerLog,
): Promise<Storage> {
  switch (storage.kind) {
    case 'memory':
      return openMemory();
    case 'embedded-postgres':
      return openEmbedded(join(dataFolder, 'postgres'), storage.poolSize, log);
    case 'postgres': {
      const { url, schema, poolSize } = storage;
      return openPostgres({ url, schema, poolSize }, storage.migrate === 'at-start');
    }
    default:
      return unknownKind(storage);
  }
}

async function openMemory(): Promise<Storage> {
  const { memoryStores } = await import('@sealpost/adapter-memory');
  const { MemoryRateLimiter } = await import('@sealpost/adapter-rate-limits');
  const stores = memoryStores();
  return {
    stores,
    rateLimiter: (rates) => new MemoryRateLimiter(rates),
    presence: null,
    migratesAtStart: true,
    pendingMigrations: () => Promise.resolve([]),
    migrate: () => Promise.resolve(),
    everyValue: () => {
      throw new StartError(
        'nothing_kept',
        'This server keeps everything in memory: there is nothing to be audited.',
      );
    },
    stop: async () => stores.close(),
  };
}

async function openPostgres(options: PostgresOptions, migratesAtStart: boolean): Promise<Storage> {
  const { connectPostgres, everyValue } = await import('@sealpost/adapter-postgres');
  const stores = connectPostgres(options);
  return {
    stores,
    rateLimiter: (rates) => stores.rateLimiter(rates),
    presence: stores.presence,
    migratesAtStart,
    pendingMigrations: () => stores.pendingMigrations(),
    migrate: () => stores.migrate(),
    everyValue: () => everyValue(options),
    stop: () => stores.stop(),
  };
}

async function openEmbedded(
  dataFolder: string,
  poolSize: number,
  log: ServerLog,
): Promise<Storage> {
  const { startEmbeddedPostgres, EmbeddedPostgresError } =
    await import('@sealpost/adapter-embedded-postgres');
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    onNotice: (notice) => log(noticeRecord(notice)),
  }).catch((error: unknown) => {
    throw error instanceof EmbeddedPostgresError
      ? new StartError(error.code, error.message)
      : error;
  });
  try {
    const storage = await openPostgres({ url: postgres.url, poolSize }, true);
    const stop = async (): Promise<void> => {
      await storage.stop();
      await postgres.stop();
    };
    return { ...storage, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

const noticeRecord = ({ code }: EmbeddedPostgresNotice): LogRecord => ({
  level: code === 'initialised' || code === 'postgres_restarted' ? 'info' : 'warn',
  event: 'embedded_postgres',
  notice: code,
});
