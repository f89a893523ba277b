/**
 * What reading costs by the driver alone, in a process of its own: `node read-rows.ts CONVERSATION PAGE`. Reads all rows
 * of a conversation twice, page by page, and writes what the second time took: the first warms both sides up.
 */
import pg from 'pg';

export interface RowsRead {
  readonly rows: number;
  readonly seconds: number;
  /** Of this process; that of PostgreSQL is seen from outside. */
  readonly cpuSeconds: number;
}

const [conversation, page] = process.argv.slice(2);
const client = new pg.Client(process.env['BENCH_POSTGRES_URL'] ?? '');
await client.connect();

async function readAll(): Promise<number> {
  let rows = 0;
  for (let after = '0'; ;) {
    const result = await client.query<{ seq: string }>({
      name: 'page',
      text: 'SELECT * FROM sealpost.entries WHERE conversation = $1 AND seq > $2 ORDER BY seq LIMIT $3',
      values: [conversation, after, page],
    });
    rows += result.rows.length;
    const last = result.rows.at(-1);
    if (!last) return rows;
    after = last.seq;
  }
}

await readAll();
const [began, used] = [performance.now(), process.cpuUsage()];
const rows = await readAll();
const { user, system } = process.cpuUsage(used);
const result: RowsRead = {
  rows,
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (user + system) / 1e6,
};
await client.end();
process.stdout.write(`${JSON.stringify(result)}\n`);
