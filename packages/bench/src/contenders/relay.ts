import { join } from 'node:path';
import pg from 'pg';
import type { LoadSpec, Room } from '../load/load-spec.ts';
import { NodeProcess } from '../machine/node-process.ts';
import { fromSource, scripts } from '../machine/scripts.ts';
import { relayTables } from '../relay/tables.ts';
import type { Cast, Contender } from './contender.ts';
import type { Ground } from './ground.ts';

export interface RelayOptions {
  readonly name: string;
  readonly store: 'adaptive' | 'one-by-one';
  /** Of Node. */
  readonly nodeOptions?: readonly string[];
}

interface Running {
  readonly port: number;
  readonly process: NodeProcess;
  readonly ground: Ground;
  readonly database: string;
}

/** A bare relay; each has a database of its own on the same PostgreSQL. */
export class Relay implements Contender {
  readonly name: string;
  readonly dialect = 'relay';
  readonly urls: readonly string[];
  readonly charged: LoadSpec['charged'];
  readonly #process: NodeProcess;
  readonly #database: string;

  private constructor(name: string, { port, process, ground, database }: Running) {
    this.name = name;
    this.urls = [`http://127.0.0.1:${port}`];
    this.charged = { server: [process.pid], postgres: [ground.postgresPid] };
    this.#process = process;
    this.#database = database;
  }

  static async start(
    ground: Ground,
    { name, store, nodeOptions = [] }: RelayOptions,
  ): Promise<Relay> {
    const database = await ground.database(name);
    const child = new NodeProcess({
      args: [...ground.nodeOptions(name), ...nodeOptions, fromSource, scripts.relay, store],
      env: { BENCH_POSTGRES_URL: database },
      log: join(ground.folder, `${name}.log`),
    });
    const port = Number(await child.firstLine());
    return new Relay(name, { port, process: child, ground, database });
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
