/** A step of the schema, taken once and in order, and frozen by its snapshot in `test/schema` once it is released. */
export interface Migration {
  readonly name: string;
  /** Statements, run in one transaction with the search path at the schema. */
  readonly up: string;
}
