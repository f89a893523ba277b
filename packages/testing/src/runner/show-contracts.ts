import type { ContractMatrix } from './contract-matrix.ts';

/** The matrix as a table, what is missing, and one line with the figures. */
export function showContracts({ ports, adapters, cells, ...totals }: ContractMatrix): string {
  const shown = (port: string, adapter: string): string => {
    const cell = cells.find((one) => one.port === port && one.adapter === adapter);
    if (cell === undefined) return '';
    if (cell.missing.length > 0) return 'MISSING';
    return cell.held.length === 0 ? 'not run' : numbers(cell.held);
  };
  const rows = [
    ['', ...adapters],
    ...ports.map((port) => [port, ...adapters.map((one) => shown(port, one))]),
  ];
  const widths = [0, ...adapters].map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const table = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...table,
    '',
    'Laws held; a × b: by each of b.',
    ...totals.missing,
    ...leftOutLine(totals),
  ]
    .concat(figures({ ports, adapters, cells, ...totals }))
    .join('\n');
}

const leftOutLine = ({ leftOut }: Pick<ContractMatrix, 'leftOut'>): string[] =>
  leftOut === 0 ? [] : [`NOT RUN: ${leftOut} laws, whose real parts are not here.`];

/** `61 × 2`: two of the package's adapters, or one in two forms, hold 61 each. */
function numbers(held: readonly number[]): string {
  const counts = Map.groupBy(held, (one) => one);
  return [...counts]
    .map(([laws, { length }]) => (length > 1 ? `${laws} × ${length}` : `${laws}`))
    .join(', ');
}

/** The last line, which other programs read. */
const figures = ({ ports, adapters, held, missing }: ContractMatrix): string =>
  `contracts: ports=${ports.length} adapters=${adapters.length} laws=${held} missing=${missing.length}`;
