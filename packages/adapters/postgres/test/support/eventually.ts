const limitMs = 30_000;

/** Asks again and again until there is something, which must happen within seconds. */
export async function eventually<T>(ask: () => Promise<readonly T[]>): Promise<[T, ...T[]]> {
  for (const began = Date.now(); Date.now() - began < limitMs;) {
    const [first, ...others] = await ask();
    if (first !== undefined) return [first, ...others];
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  throw new Error('what the test waits for did not happen');
}
