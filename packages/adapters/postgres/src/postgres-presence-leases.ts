import type { AccountId, LeaseAnswer, LeaseTurn, PresenceLeases } from '@sealpost/domain';
import type { Database } from './database.ts';
import { packInt8s, packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';

interface TurnRow {
  readonly kind: string;
  readonly name: string;
  readonly serial: number;
}

const HOLD = statement<TurnRow>(
  'presence.hold',
  'SELECT kind, name, serial FROM hold_connections($1, $2, $3, $4, $5, $6, $7, $8, $9)',
);

const ONLINE = statement<{ readonly account: string }>(
  'presence.online',
  `SELECT DISTINCT held.account FROM connections AS held JOIN processes ON processes.id = held.process
  WHERE held.account = ANY ($1::text[])
    AND processes.ends_at > floor(extract(epoch FROM statement_timestamp()) * 1000)`,
);

/** A process that was held up for less finds everything as it left it, and need not tell it again. */
const graceMs = 300_000;

export class PostgresPresenceLeases implements PresenceLeases {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async hold(process: string, { leaseMs, opened, ended }: LeaseTurn): Promise<LeaseAnswer> {
    const rows = await this.#database.rows(HOLD, [
      process,
      leaseMs,
      graceMs,
      packTexts(opened.map(({ device }) => device)),
      packTexts(opened.map(({ account }) => account)),
      packInt8s(opened.map(({ serial }) => serial)),
      packInt8s(opened.map(({ agoMs }) => Math.round(agoMs * 1_000))),
      packTexts(ended.map(({ device }) => device)),
      packInt8s(ended.map(({ serial }) => serial)),
    ]);
    const of = (kind: string): TurnRow[] => rows.filter((row) => row.kind === kind);
    return {
      fresh: of('turn').some(({ serial }) => serial === 1),
      superseded: of('superseded').map(({ name, serial }) => ({ device: name, serial })),
      replacedIn: of('replaced').map(({ name }) => name),
    };
  }

  async online(accounts: readonly AccountId[]): Promise<readonly AccountId[]> {
    const rows = await this.#database.rows(ONLINE, [packTexts(accounts)]);
    return rows.map(({ account }) => account);
  }
}
