import { randomBytes, randomFillSync } from 'node:crypto';
import type { Bytes, RandomSource } from '@sealpost/domain';

export class SystemRandom implements RandomSource {
  /** Plain bytes, not a Buffer, whose `slice` shares memory. */
  bytes(length: number): Bytes {
    return randomFillSync(new Uint8Array(length));
  }

  id(): string {
    return randomBytes(16).toString('hex');
  }
}
