import { join } from 'node:path';
import pg from 'pg';
import type { Room } from '../load/load-spec.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import { relayTables } from '../relay/tables.ts';
import type { Cast, Contender } from './contender.ts';
import type { Ground } from './ground.ts';

/** A bare relay; each has a database of its own on the same PostgreSQL. */
export class Relay implements Contender {
  readonly name: string;
  readonly dialect = 'relay';
  readonly urls: readonly string[];
  readonly pids: readonly number[];
  readonly #process: NodeProcess;
  readonly #database: string;

  private constructor(name: string, port: number, process: NodeProcess, database: string) {
    this.name = name;
    this.urls = [`http://127.0.0.1:${port}`];
    this.pids = [process.pid];
    this.#process = process;
    this.#database = database;
  }

  static async start(
    ground: Ground,
    { name, store }: { readonly name: string; readonly store: 'adaptive' | 'one-by-one' },
  ): Promise<Relay> {
    const database = await ground.database(`relay_${store.replaceAll('-', '_')}`);
    const child = new NodeProcess({
      args: [...ground.nodeOptions(name), fromSource, scripts.relay, store],
      env: { BENCH_POSTGRES_URL: database },
      log: join(ground.folder, `${name}.log`),
    });
    return new Relay(name, Number(await child.firstLine()), child, database);
  }

  async prepare({ seats, rooms }: Cast): Promise<{ tokens: string[]; rooms: Room[] }> {
    const named = rooms.map((room, at) => ({ ...room, id: `room-${at}` }));
    const client = new pg.Client(this.#database);
    await client.connect();
    try {
      await client.query(relayTables);
      await client.query('INSERT INTO conversation (id) SELECT * FROM unnest($1::text[])', [
        named.map(({ id }) => id),
      ]);
      await client.query('VACUUM ANALYZE conversation');
    } finally {
      await client.end();
    }
    return { tokens: Array.from({ length: seats }, () => ''), rooms: named };
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
