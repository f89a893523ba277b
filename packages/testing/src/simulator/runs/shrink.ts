const mostTries = 80;

/**
 * Fewer steps of a plan after which it still fails, by their places: as few as some tries can tell. Halves are left out
 * first, then smaller and smaller runs of steps (delta debugging: Zeller, Hildebrandt, 2002).
 */
export async function shrink(
  steps: number,
  fails: (places: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  let kept = Array.from({ length: steps }, (_, place) => place);
  let tries = 0;
  for (let size = Math.ceil(steps / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < kept.length && tries < mostTries;) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      tries += 1;
      if (await fails(fewer)) kept = fewer;
      else from += size;
    }
  }
  return kept;
}
