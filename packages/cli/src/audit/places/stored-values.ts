import type { Storage } from '@sealpost/app';
import type { Source } from './source.ts';

/** Each column of each table; which there are is asked of the database, so a new one is searched too. */
export const storedValues = (
  open: () => Promise<Pick<Storage, 'everyValue' | 'stop'>>,
): Source => ({
  kind: 'column',
  async *values() {
    const storage = await open();
    try {
      for await (const { table, column, value } of storage.everyValue())
        yield {
          place: `${table}.${column}`,
          bytes: typeof value === 'string' ? Buffer.from(value) : value,
        };
    } finally {
      await storage.stop();
    }
  },
});
