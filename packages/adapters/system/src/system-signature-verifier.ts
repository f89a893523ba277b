import { createPublicKey, verify } from 'node:crypto';
import type { Bytes, SignatureVerifier } from '@sealpost/domain';

/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410, section 10.1). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keyBytes = 32;
const signatureBytes = 64;

export class SystemSignatureVerifier implements SignatureVerifier {
  verify(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
    if (publicKey.length !== keyBytes || signature.length !== signatureBytes) return false;
    const der = Buffer.concat([spkiPrefix, publicKey]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  }
}
