/** Of an even number the mean of the middle two; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const lower = sorted[Math.ceil(middle) - 1] ?? NaN;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return (lower + upper) / 2;
}

/**
 * How often `ours` is `theirs`: the median over the rounds of what runs that stand next to each other make of it, since
 * the machine changes more between rounds than within one.
 */
export const medianRatio = (ours: readonly number[], theirs: readonly number[]): number =>
  median(
    ours.flatMap((value, round) => {
      const other = theirs[round];
      return other === undefined ? [] : [value / other];
    }),
  );
