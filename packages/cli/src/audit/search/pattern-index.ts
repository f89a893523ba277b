const headBytes = 4;

interface Pattern<T> {
  readonly bytes: Uint8Array;
  readonly meaning: T;
}

/** Looks for any number of patterns in one pass: time grows with what is searched, hardly with what is looked for. */
export class PatternIndex<T> {
  /** Whether any pattern begins with these two bytes: turns away almost every position. */
  readonly #begins = new Uint8Array(0x1_0000);
  readonly #byHead = new Map<number, Pattern<T>[]>();

  /** A pattern has at least 4 bytes. */
  add(bytes: Uint8Array, meaning: T): void {
    if (bytes.length < headBytes) throw new RangeError('a pattern has at least 4 bytes');
    const head = headAt(bytes, 0);
    this.#begins[head & 0xffff] = 1;
    const alike = this.#byHead.get(head);
    if (alike) alike.push({ bytes, meaning });
    else this.#byHead.set(head, [{ bytes, meaning }]);
  }

  /** What is found, in the order of position; the same pattern as often as it stands there. */
  *findIn(bytes: Uint8Array): Generator<T> {
    const last = bytes.length - headBytes;
    for (let at = 0; at <= last; at += 1) {
      if (this.#begins[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] === 0) continue;
      for (const pattern of this.#byHead.get(headAt(bytes, at)) ?? [])
        if (standsAt(bytes, at, pattern.bytes)) yield pattern.meaning;
    }
  }
}

const headAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

function standsAt(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  if (at + pattern.length > bytes.length) return false;
  for (let i = headBytes; i < pattern.length; i += 1)
    if (bytes[at + i] !== pattern[i]) return false;
  return true;
}
