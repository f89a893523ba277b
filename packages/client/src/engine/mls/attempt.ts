/**
 * Runs the library over bytes that came from outside; null for whatever it throws. It reports hostile bytes by errors
 * of many classes, also by a `TypeError` or `RangeError` of its own, so none of them can be told from a bad input.
 */
export async function attempt<T>(work: () => T | Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
