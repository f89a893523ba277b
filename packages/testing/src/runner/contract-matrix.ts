import { suiteTitles, type SuitedPort } from '../contracts/suite-titles.ts';
import { type CoveredPackage, implementationsIn } from '../architecture/contract-coverage.ts';
import type { Law } from './laws.ts';

/** What a package's report says of contracts. */
export interface ReportedPackage extends Pick<CoveredPackage, 'folder' | 'sources'> {
  readonly laws: readonly Law[];
}

interface Cell {
  readonly port: SuitedPort;
  /** The last part of its package's folder: `postgres`. */
  readonly adapter: string;
  /** Of each thing that the suites were run on, how many laws it held. */
  readonly held: readonly number[];
  /** Laws that a missing part left out. */
  readonly leftOut: number;
  /** Why this cell is not as it must be, one line each. */
  readonly missing: readonly string[];
}

export interface ContractMatrix {
  readonly ports: readonly SuitedPort[];
  readonly adapters: readonly string[];
  readonly cells: readonly Cell[];
  /** How many laws were held, by everything that holds them. */
  readonly held: number;
  readonly leftOut: number;
  readonly missing: readonly string[];
}

const allPorts = Object.keys(suiteTitles) as SuitedPort[];

/** Puts the reports of all packages together: for each port and each package that has an adapter of it, a cell. */
export function contractMatrix(packages: readonly ReportedPackage[]): ContractMatrix {
  const cells = packages.flatMap((one) =>
    allPorts.flatMap((port) => (isExpected(one, port) ? [cellOf(one, port)] : [])),
  );
  const unproven = allPorts
    .filter((port) => !cells.some((cell) => cell.port === port))
    .map((port) => `${port} has no adapter`);
  return {
    ports: allPorts,
    adapters: [...new Set(cells.map(({ adapter }) => adapter))],
    cells,
    held: sum(cells.flatMap(({ held }) => held)),
    leftOut: sum(cells.map(({ leftOut }) => leftOut)),
    missing: [...cells.flatMap(({ missing }) => missing), ...unproven],
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Whoever implements a port is in the matrix, and whoever runs its suites on something. */
const isExpected = ({ sources, laws }: ReportedPackage, port: SuitedPort): boolean =>
  laws.some((law) => law.port === port) ||
  sources.some((source) => implementationsIn(source).some((one) => one.port === port));

function cellOf({ folder, laws }: ReportedPackage, port: SuitedPort): Cell {
  const adapter = folder.slice(folder.lastIndexOf('/') + 1);
  const own = laws.filter((law) => law.port === port);
  const where = `${port} × ${adapter}`;
  const unrun = suiteTitles[port].filter((title) => !own.some(({ suite }) => suite === title));
  const broken = own.filter(({ outcome }) => outcome === 'broken');
  const bySubject = Map.groupBy(
    own.filter(({ outcome }) => outcome === 'held'),
    ({ subject }) => subject,
  );
  return {
    port,
    adapter,
    held: [...bySubject.values()].map(({ length }) => length),
    leftOut: own.filter(({ outcome }) => outcome === 'left out').length,
    missing: [
      ...unrun.map((title) => `${where}: the suite "${title}" was not run`),
      ...broken.map(({ sentence }) => `${where}: not held: ${sentence}`),
    ],
  };
}
