import type { Backends } from '@sealpost/app';
import type { Source } from './source.ts';

/** Each column of each table; which there are is asked of the database, so a new one is searched too. */
export const storedValues = (
  open: () => Promise<Pick<Backends, 'everyValue' | 'stop'>>,
): Source => ({
  kind: 'column',
  async *values() {
    const backends = await open();
    try {
      for await (const { table, column, value } of backends.everyValue())
        yield {
          place: `${table}.${column}`,
          bytes: typeof value === 'string' ? Buffer.from(value) : value,
        };
    } finally {
      await backends.stop();
    }
  },
});
