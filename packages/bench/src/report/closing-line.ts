/** The ratios of the last line, in its order; each is to the floor of the same call. */
export const ratioNames = [
  'pairs',
  'cpu',
  'groups100',
  'p99at500',
  'cpuat500',
  'open2000',
  'hot',
  'idle',
  'catchup',
  'growth',
  'sdk',
] as const;

/** What goals ask for beside them. */
type OtherName =
  | 'pairsToOneByOne'
  | 'held2000'
  | 'cpuPerDelivery100'
  | 'crowdHeld'
  | 'crowdP99'
  | 'crowdMiB'
  | 'idleServerCpu'
  | 'sdkKept';

export type RatioName = (typeof ratioNames)[number];
export type Ratios = Readonly<Partial<Record<RatioName | OtherName, number>>>;

export interface Losses {
  readonly lost: number;
  readonly duplicated: number;
}

/** Two digits that count, as far as they are known. */
export function shown(ratio: number): string {
  if (!Number.isFinite(ratio)) return '-';
  return ratio < 1 ? ratio.toFixed(2) : ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0);
}

/** The ratios of the line that are not known; a whole call of the benchmark leaves none. */
export const missingIn = (ratios: Ratios): readonly RatioName[] =>
  ratioNames.filter((name) => !Number.isFinite(ratios[name] ?? NaN));

/** What was not measured is a dash. */
export function closingLine(ratios: Ratios, { lost, duplicated }: Losses): string {
  const judged = ratioNames.map((name) => `${name}=${shown(ratios[name] ?? NaN)}`);
  return ['bench:', ...judged, `lost=${lost}`, `duplicated=${duplicated}`].join(' ');
}
