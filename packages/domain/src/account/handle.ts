/** 3 to 32 letters, digits, dots, dashes or underscores, beginning and ending with a letter or digit; case does not matter. */
const form = /^[a-z0-9](?:[a-z0-9._-]{1,30})[a-z0-9]$/;

/** The one written form of a handle; null when it is none. */
export function normaliseHandle(text: string): string | null {
  const handle = text.toLowerCase();
  return form.test(handle) ? handle : null;
}
