const ENTRIES = 256;
const LONGEST = 24;

/**
 * Short ASCII keys of maps by their bytes: the same few dozen come in every frame. Each has one place, by its hash, which
 * the last one of that hash takes. Only keys: what a client sends as a value is not kept.
 */
export class KeyCache {
  readonly #texts: (string | undefined)[] = Array.from({ length: ENTRIES }, () => undefined);

  /** Null: it is too long, or no ASCII. */
  get(bytes: Uint8Array, at: number, length: number): string | null {
    if (length > LONGEST) return null;
    let hash = length;
    for (let i = at; i < at + length; i += 1) {
      const byte = bytes[i] ?? 0;
      if (byte >= 0x80) return null;
      hash = (hash * 31 + byte) | 0;
    }
    const place = hash & (ENTRIES - 1);
    const known = this.#texts[place];
    if (known !== undefined && isText(known, bytes, at, length)) return known;
    const text = String.fromCharCode(...bytes.subarray(at, at + length));
    this.#texts[place] = text;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, at: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}
