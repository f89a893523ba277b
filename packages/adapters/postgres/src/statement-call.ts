import type { Connection, Submittable } from 'pg';
import { parserOf, type Parse } from './result-types.ts';
import type { Statement, Value } from './statement.ts';

/** How a statement's rows are read. */
interface RowShape {
  readonly names: readonly string[];
  readonly parsers: readonly Parse[];
  /** A row without values: copying it is cheaper than adding column by column. */
  readonly empty: Readonly<Record<string, unknown>>;
}

const NO_ROWS: RowShape = { names: [], parsers: [], empty: {} };

/** What the driver remembers of a connection: the text of each statement that is prepared there, by name. */
interface Prepared {
  readonly parsedStatements: Readonly<Record<string, string>>;
}

/** By connection and name: the rows of a statement that is prepared there never change their form. */
const shapes = new WeakMap<Connection, Map<string, RowShape>>();

function shapesOf(connection: Connection): Map<string, RowShape> {
  let known = shapes.get(connection);
  if (!known) shapes.set(connection, (known = new Map<string, RowShape>()));
  return known;
}

/** Numbers and booleans travel as text; bytes as they are. */
function bound(value: Value | undefined): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  return Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * One execution of a prepared statement by the extended query protocol (PostgreSQL manual, 54.2.3), as the driver lets
 * others write it (its cursors are made so). The driver's own copies what it is given by property descriptors, has the
 * rows described at each execution, and is an event emitter. For statements that are not empty, and no COPY.
 */
export class StatementCall<Row> implements Submittable {
  /** The driver notes under them that the statement is prepared. */
  readonly name: string;
  readonly text: string;
  readonly #values: readonly Value[];
  readonly #answered: (error: unknown, rows: Row[]) => void;
  readonly #rows: Row[] = [];
  #known: Map<string, RowShape> | null = null;
  #shape: RowShape | undefined;
  #unreadable: unknown = null;

  /** `answered` is called once, with an error or with all rows. */
  constructor(
    { name, text }: Statement<Row>,
    values: readonly Value[],
    answered: (error: unknown, rows: Row[]) => void,
  ) {
    this.name = name;
    this.text = text;
    this.#values = values;
    this.#answered = answered;
  }

  /** Answers why it cannot be asked, which the driver passes on. */
  submit(connection: Connection): Error | null {
    const { name, text } = this;
    const prepared = (connection as unknown as Prepared).parsedStatements[name];
    if (prepared !== undefined && prepared !== text)
      return new Error(`two statements are named ${name}`);
    this.#known = shapesOf(connection);
    this.#shape = this.#known.get(name);
    // What follows leaves in one piece.
    connection.stream.cork();
    if (prepared === undefined) connection.parse({ name, text, types: [] }, true);
    connection.bind({ statement: name, values: this.#values.map(bound) }, true);
    if (!this.#shape) connection.describe({ type: 'P' }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
    return null;
  }

  handleRowDescription({
    fields,
  }: {
    fields: readonly { name: string; dataTypeID: number }[];
  }): void {
    try {
      const names = fields.map((field) => field.name);
      const parsers = fields.map(({ dataTypeID }) => parserOf(dataTypeID));
      this.#shape = {
        names,
        parsers,
        empty: Object.fromEntries(names.map((name) => [name, null])),
      };
      this.#known?.set(this.name, this.#shape);
    } catch (error) {
      this.#unreadable = error;
    }
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const shape = this.#shape;
    if (!shape) return;
    const row: Record<string, unknown> = { ...shape.empty };
    const { names, parsers } = shape;
    for (let column = 0; column < names.length; column++) {
      const value = fields[column];
      if (value !== null && value !== undefined)
        row[names[column] as string] = (parsers[column] as Parse)(value);
    }
    this.#rows.push(row as Row);
  }

  handleReadyForQuery(): void {
    this.#answered(this.#unreadable, this.#rows);
  }

  handleError(error: unknown): void {
    this.#answered(error, this.#rows);
  }

  handleCommandComplete(): void {
    // What answers no rows is not described.
    if (!this.#shape && this.#unreadable === null) this.#known?.set(this.name, NO_ROWS);
  }
}
