/** The code of an error of the operating system (`ENOENT`, `EACCES`), or `null` for anything else. */
export function systemErrorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('errno' in error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Waits for `work`; a system error with one of `codes` is an expected outcome and becomes `null`. */
export async function unless<T>(codes: readonly string[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== null && codes.includes(code)) return null;
    throw error;
  }
}
