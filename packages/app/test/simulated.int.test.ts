import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@sealpost/adapter-embedded-postgres';
import type { StoresSubject } from '@sealpost/testing';
import { needs, ownMongodbPart, type OwnMongodbPart } from '@sealpost/testing/parts';
import { simulatedOn } from '@sealpost/testing/simulator';
import { afterAll, beforeAll, describe } from 'vitest';
import { configFrom, migrateDatabase, openStores } from '../src/index.ts';

const limitMs = 60_000;

describe('the profile postgres-mongo', needs('ownMongodb'), () => {
  let mongodb: OwnMongodbPart;
  let opened = 0;
  beforeAll(async () => {
    mongodb = await ownMongodbPart();
  }, limitMs);
  afterAll(() => mongodb.stop(), limitMs);

  /** As a server opens them, each time a PostgreSQL and a database of MongoDB that are empty. */
  const subject: StoresSubject = {
    name: 'PostgreSQL, with its logs in MongoDB',
    open: async () => {
      const dataFolder = mkdtempSync(join(tmpdir(), 'sealpost-simulated-'));
      const postgres = await startEmbeddedPostgres({ dataFolder, durability: 'none' });
      opened += 1;
      const config = configFrom({
        profile: 'postgres-mongo',
        storage: { kind: 'postgres', url: postgres.url },
        history: { kind: 'mongodb', url: mongodb.url, database: `simulated_${opened}` },
        cookies: { secret: 'the same secret in every process' },
        log: { level: 'silent' },
      });
      await migrateDatabase(config);
      const { stores, stop } = await openStores(config);
      const dispose = async (): Promise<void> => {
        await stop();
        await postgres.stop();
        rmSync(dataFolder, { recursive: true, force: true });
      };
      return { stores, dispose };
    },
  };
  simulatedOn(subject, { seeds: [3, 7] });
});
