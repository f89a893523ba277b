import { randomUUID } from 'node:crypto';
import { adapterContract } from '@sealpost/testing';
import { adapter } from '../src/postgres-adapter.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();

adapterContract({
  name: 'postgres',
  definition: adapter,
  open: async () => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    return {
      options: { url: server.url, schema, poolSize: 2 },
      dispose: async () => {
        await server.admin.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      },
    };
  },
});
