import {
  expectSilentFailure,
  marker,
  many,
  rateLimiterContract,
  testRates,
} from '@sealpost/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectPostgres } from '../src/index.ts';
import { SchemaShelf } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);

// The driver needs its timers; the library only reads the time.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

rateLimiterContract({
  name: 'postgres',
  open: async () => {
    const { stores, schema, dispose } = await shelf.open();
    const counted = `SELECT count(*)::int AS keys FROM ${schema}.rate_limits`;
    return {
      limiter: stores.rateLimiter(testRates),
      advance: async (ms) => void vi.setSystemTime(Date.now() + ms),
      remembered: async () => (await server.rows<{ keys: number }>(counted))[0]?.keys ?? 0,
      dispose,
    };
  },
});

describe('limits on Postgres', () => {
  it('are those of all processes together', async () => {
    const { schema, stores, dispose } = await shelf.open();
    const another = connectPostgres({ url: server.url, schema, poolSize: 2 });
    const limiters = [stores, another].map((process) => process.rateLimiter(testRates));
    const outcomes = await Promise.all(
      many(40, async (index) => limiters[index % 2]?.take('slow', 'a', 1)),
    );
    expect(outcomes.filter((outcome) => outcome?.ok)).toHaveLength(5);
    await another.stop();
    await dispose();
  });

  it('are kept in a table that is not logged', async () => {
    const { schema, dispose } = await shelf.open();
    const [table] = await server.rows<{ kept: string }>(
      `SELECT relpersistence AS kept FROM pg_class WHERE oid = '${schema}.rate_limits'::regclass`,
    );
    expect(table?.kept).toBe('u');
    await dispose();
  });

  it('tell nothing of a key when they fail', async () => {
    const { stores, dispose } = await shelf.open();
    const limiter = stores.rateLimiter(testRates);
    await dispose();
    const failures = [() => limiter.take('slow', marker, 1), () => limiter.sweep()];
    await expect(Promise.all(failures.map(expectSilentFailure))).resolves.toBeDefined();
  });
});
