import { randomUUID } from 'node:crypto';
import { temporaryPostgres, type TemporaryPostgres } from '@sealpost/adapter-embedded-postgres';
import { connectPostgres } from '@sealpost/adapter-postgres';
import { IndexOverLog } from '@sealpost/domain';
import { conversationIndexContract } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { TestServer } from './support/test-server.ts';

describe('memberships in PostgreSQL, history in MongoDB', needs('mongodb'), () => {
  vi.setConfig({ testTimeout: 60_000 });
  const server = TestServer.forTheseTests();
  let postgres: TemporaryPostgres | undefined;
  beforeAll(async () => {
    postgres = await temporaryPostgres();
  }, 60_000);
  afterAll(() => postgres?.stop());

  conversationIndexContract({
    name: 'postgres and mongodb',
    open: async () => {
      const { history, dispose } = await server.fresh();
      const schema = `test_${randomUUID().replaceAll('-', '')}`;
      const stores = connectPostgres({ url: postgres?.url ?? '', schema, poolSize: 4 });
      await stores.migrate();
      const index = new IndexOverLog(stores.index, history.log);
      const disposeBoth = async (): Promise<void> => {
        await stores.stop();
        await dispose();
      };
      return { stores: { ...stores, log: history.log, index }, dispose: disposeBoth };
    },
  });
});
