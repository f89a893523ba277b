/** What is being worked on at once, bounded: whoever comes on top is turned away instead of waiting in memory. */
export class Workload {
  readonly #maxCalls: number;
  readonly #maxBodyBytes: number;
  #calls = 0;
  #bodyBytes = 0;

  constructor(maxCalls: number, maxBodyBytes: number) {
    this.#maxCalls = maxCalls;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** False: there is no room. Else `leave` must follow once. */
  enter(): boolean {
    if (this.#calls >= this.#maxCalls) return false;
    this.#calls += 1;
    return true;
  }

  leave(): void {
    this.#calls -= 1;
  }

  /** False: there is no room. Else `release` must follow once, with the same number. */
  reserve(bodyBytes: number): boolean {
    if (this.#bodyBytes + bodyBytes > this.#maxBodyBytes) return false;
    this.#bodyBytes += bodyBytes;
    return true;
  }

  release(bodyBytes: number): void {
    this.#bodyBytes -= bodyBytes;
  }
}
