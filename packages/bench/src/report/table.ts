/** Rows under one head; numbers stand to the right. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What was counted as it is; of what was measured three digits that count. */
export function cell(value: string | number): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '-';
  if (Number.isInteger(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 3));
}

const isNumeric = (text: string): boolean => /^(-|[\d.]+%?)$/.test(text);

/** The tables as text, those of one head as one. */
export function tableLines(tables: readonly Table[]): readonly string[] {
  const byHead = Map.groupBy(tables, ({ head }) => head.join('|'));
  return [...byHead.values()].flatMap((alike) => {
    const head = alike[0]?.head ?? [];
    const rows = alike.flatMap((table) => table.rows.map((row) => row.map(cell)));
    const widths = head.map((title, column) =>
      Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
    );
    const line = (row: readonly string[]): string =>
      row
        .map((text, column) => {
          const width = widths[column] ?? 0;
          return isNumeric(text) ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd();
    return ['', line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
  });
}
