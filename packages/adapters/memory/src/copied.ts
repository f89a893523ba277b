/**
 * A copy that shares no memory with the value: what callers do to what they gave or got changes nothing that is stored.
 * Bytes are copied by their extent, never with the larger buffer that they may be a view of (`structuredClone` would).
 */
export function copied<T>(value: T): T;
export function copied(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copied(item)]));
}
