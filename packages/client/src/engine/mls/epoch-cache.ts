import { sameBytes } from '../bytes.ts';
import type { Bytes } from '../engine.port.ts';
import { decodeEpoch, type Epoch } from './ts-mls.ts';

const LIMIT = 16;

/**
 * Decoded epochs of the conversations used last. The stored bytes stay the only truth: an entry serves exactly the
 * bytes that it was decoded from. Decoding the epoch of 128 devices takes longer than a message's cryptography.
 */
export class EpochCache {
  readonly #entries = new Map<string, { readonly bytes: Bytes; readonly epoch: Epoch }>();

  decode(conversation: string, stored: Bytes): Epoch {
    const known = this.#entries.get(conversation);
    this.#entries.delete(conversation);
    // A copy, since the decoded epoch is made of views of it.
    const bytes = known && sameBytes(known.bytes, stored) ? known.bytes : stored.slice();
    const epoch = known?.bytes === bytes ? known.epoch : decodeEpoch(bytes);
    this.#entries.set(conversation, { bytes, epoch });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= LIMIT) break;
      this.#entries.delete(oldest);
    }
    return epoch;
  }

  forget(conversation: string): void {
    this.#entries.delete(conversation);
  }
}
