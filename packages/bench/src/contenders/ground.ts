import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@sealpost/adapter-embedded-postgres';
import pg from 'pg';
import { countStatements, statements } from './statements.ts';

/** What all contenders stand on: one PostgreSQL, with fsync, and a folder for what they leave behind. */
export class Ground {
  readonly folder: string;
  readonly #postgres: EmbeddedPostgres;
  readonly #profiles: string | null;

  private constructor(folder: string, postgres: EmbeddedPostgres, profiles: string | null) {
    this.folder = folder;
    this.#postgres = postgres;
    this.#profiles = profiles;
  }

  /** `profiles`: a folder for CPU profiles of the servers, and for what PostgreSQL did; null: none are made. */
  static async prepare(profiles: string | null): Promise<Ground> {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-bench-'));
    try {
      const where = { dataFolder: join(folder, 'postgres') };
      let postgres = await startEmbeddedPostgres(where);
      if (profiles !== null) {
        await countStatements(postgres.url);
        await postgres.stop();
        postgres = await startEmbeddedPostgres(where);
      }
      return new Ground(folder, postgres, profiles);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Of the postmaster, from which all of PostgreSQL's processes descend. */
  get postgresPid(): number {
    return this.#postgres.pid;
  }

  /** The address of a database of its own, made when it is asked for first. */
  async database(name: string): Promise<string> {
    const client = new pg.Client(this.#postgres.url);
    await client.connect();
    try {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    } finally {
      await client.end();
    }
    return Object.assign(new URL(this.#postgres.url), { pathname: `/${name}` }).href;
  }

  /** What a server's Node is started with. */
  nodeOptions(name: string): readonly string[] {
    if (this.#profiles === null) return [];
    return ['--cpu-prof', `--cpu-prof-dir=${this.#profiles}`, `--cpu-prof-name=${name}.cpuprofile`];
  }

  async clear(): Promise<void> {
    if (this.#profiles !== null)
      writeFileSync(join(this.#profiles, 'statements.txt'), await statements(this.#postgres.url));
    await this.#postgres.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
