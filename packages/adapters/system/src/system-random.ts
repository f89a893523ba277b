import { randomBytes, randomFillSync } from 'node:crypto';
import type { Bytes, RandomSource } from '@sealpost/domain';

export class SystemRandom implements RandomSource {
  /** In a buffer of their own: Node's `randomBytes` may give a view of a shared one. */
  bytes(length: number): Bytes {
    return randomFillSync(new Uint8Array(length));
  }

  id(): string {
    return randomBytes(16).toString('hex');
  }
}
