import { needs } from '@sealpost/testing/parts';
import { describe, expect, it } from 'vitest';
import { connectMongo } from '../src/index.ts';
import { BreakingProxy } from './support/breaking-proxy.ts';
import { TestServer } from './support/test-server.ts';

const connectTimeoutMs = 500;
const rounds = 8;
const readers = 5;

describe('a process whose connections break while they are used', needs('mongodb'), () => {
  const server = TestServer.forTheseTests();

  it('finds its server again, every time', async () => {
    const { url, database, dispose } = await server.fresh();
    const proxy = await BreakingProxy.before(Number(new URL(url).port));
    const through = Object.assign(new URL(url), { host: `127.0.0.1:${proxy.port}` }).href;
    const { log, stop } = connectMongo({ url: through, database, connectTimeoutMs });
    const isRead = (): Promise<boolean> =>
      log.heads(['any']).then(
        () => true,
        () => false,
      );
    let reads = true;
    const busy = Array.from({ length: readers }, async () => {
      while (reads) {
        await isRead();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    for (let round = 0; round < rounds; round++) {
      proxy.delayMs = 150;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      proxy.cut(() => Math.random() < 0.6);
      proxy.delayMs = 0;
      await expect.poll(isRead, { timeout: 10_000, interval: 100 }).toBe(true);
    }
    reads = false;
    await Promise.all(busy);
    await stop();
    await proxy.close();
    await dispose();
  }, 120_000);
});
