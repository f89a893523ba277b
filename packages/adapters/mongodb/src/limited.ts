/** Runs `work` for every item, at most so many at once, and answers in their order. Rejects after all have ended. */
export async function limited<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const runner = async (): Promise<void> => {
    for (const [place, item] of rest) results[place] = await work(item);
  };
  const runners = Array.from({ length: Math.min(atOnce, items.length) }, runner);
  const ended = await Promise.allSettled(runners);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return results;
}
