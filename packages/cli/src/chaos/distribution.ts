/** Least, median, 95th percentile and greatest of some milliseconds; null: there are none. */
export function distribution(values: readonly number[]): {
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
} | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  if (sorted.length === 0) return null;
  return { min: sorted[0] ?? 0, p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 };
}
