import { assert, type DeploymentStore } from '@sealpost/domain';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

const INCARNATION = statement<{ readonly incarnation: number }>(
  'deployment.incarnation',
  'SELECT incarnation FROM deployment',
);

const RAISE = statement(
  'deployment.raise_incarnation',
  'UPDATE deployment SET incarnation = $2 WHERE incarnation = $1',
);

export class PostgresDeploymentStore implements DeploymentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async incarnation(): Promise<number> {
    const [row] = await this.#database.rows(INCARNATION, []);
    assert(row !== undefined, 'a migrated schema has its deployment row');
    return row.incarnation;
  }

  async raiseIncarnation(current: number, next: number): Promise<number> {
    await this.#database.rows(RAISE, [current, next]);
    return this.incarnation();
  }
}
