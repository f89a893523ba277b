import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { Database } from '../src/database.ts';
import { statement } from '../src/statement.ts';
import { TestServer } from './support/test-server.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor'; execution: 'sync' }) => void;
const server = TestServer.forThisFile();
const size = statement<{ readonly size: number }>(
  'test.size',
  'SELECT octet_length($1::bytea) AS size',
);
const [statements, bytes] = [100, 100_000];

it('what statements are given is freed without a major collection', async () => {
  const database = new Database({ url: server.url, poolSize: 1 });
  try {
    const ask = () => database.rows(size, [Buffer.alloc(bytes)]);
    expect(await ask()).toEqual([{ size: bytes }]);
    const before = process.memoryUsage().arrayBuffers;
    for (let asked = 0; asked < statements; asked++) {
      await ask();
      collect({ type: 'minor', execution: 'sync' });
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((statements * bytes) / 4);
  } finally {
    await database.stop();
  }
});
