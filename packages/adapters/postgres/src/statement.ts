/** One SQL text. It is prepared under its name once per connection, so the text never varies. */
export interface Statement<Row> {
  /** Names the operation in faults too, e.g. `log.page`. */
  readonly name: string;
  readonly text: string;
  readonly row?: Row;
}

export type Value = string | number | boolean | null | Uint8Array;

export const statement = <Row = never>(name: string, text: string): Statement<Row> => ({
  name,
  text,
});
