/** One row of the page on metadata. */
interface LedgerRow {
  /** `table.column`. */
  readonly field: string;
  /** Why it is there, who sees it, how long it is kept. */
  readonly answers: readonly string[];
}

const questions = ['why it is there', 'who sees it', 'how long it is kept'];
const rowForm = /^\| *`([a-z0-9_]+\.[a-z0-9_]+)` *\|(.*)\|\s*$/gm;

/** Rows whose first cell is a field in backticks; other tables of the page are none of the ledger. */
const rowsOf = (page: string): LedgerRow[] =>
  [...page.matchAll(rowForm)].map(([, field = '', rest = '']) => ({
    field,
    answers: rest.split('|').map((cell) => cell.trim()),
  }));

/** What is wrong with the ledger, each with what to do about it. */
export function ledgerFaults(page: string, stored: readonly string[]): readonly string[] {
  const rows = rowsOf(page);
  const listed = rows.map(({ field }) => field);
  const missing = stored.filter((field) => !listed.includes(field));
  const gone = listed.filter((field) => !stored.includes(field));
  const twice = listed.filter((field, at) => listed.indexOf(field) !== at);
  const open = rows.filter(
    ({ answers }) => answers.length !== questions.length || answers.includes(''),
  );
  return [
    ...missing.map(
      (field) => `docs/metadata.md lacks a row: | \`${field}\` | ${questions.join(' | ')} |`,
    ),
    ...gone.map(
      (field) => `docs/metadata.md has a row for \`${field}\`, which no table has: remove it`,
    ),
    ...twice.map((field) => `docs/metadata.md has two rows for \`${field}\`: remove one`),
    ...open.map(
      ({ field }) => `docs/metadata.md does not say of \`${field}\` ${questions.join(', ')}`,
    ),
  ];
}
