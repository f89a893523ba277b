import { randomUUID } from 'node:crypto';
import { adapterContract } from '@sealpost/testing';
import { needs } from '@sealpost/testing/parts';
import { describe } from 'vitest';
import { adapter } from '../src/mongodb-adapter.ts';
import { TestServer } from './support/test-server.ts';

describe('the adapter of MongoDB', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();
  adapterContract({
    name: 'mongodb',
    definition: adapter,
    open: async () => {
      const database = `test_${randomUUID().replaceAll('-', '')}`;
      return {
        options: { url: server.url, database },
        dispose: () => server.drop(database),
      };
    },
  });
});
