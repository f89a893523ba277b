import { hash } from 'node:crypto';
import type { Bytes, Digest } from '@sealpost/domain';

export class SystemDigest implements Digest {
  sha256(bytes: Bytes): Bytes {
    return new Uint8Array(hash('sha256', bytes, 'buffer'));
  }
}
