import { createPublicKey, verify } from 'node:crypto';
import {
  type Digest,
  type Meter,
  type CertificateBytes,
  type SignatureVerifier,
} from '@sealpost/domain';
import { deviceCertificateBytes, toBase64url } from '@sealpost/protocol';
import { sha256Of } from '../../builders/bytes.ts';

export const digest: Digest = { sha256: sha256Of };
export const silentMeter: Meter = { count: () => undefined, observe: () => undefined };

export const ed25519: SignatureVerifier = {
  verify: (publicKey, message, signature) => {
    try {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) };
      return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
    } catch {
      // Bytes that are no key verify nothing.
      return false;
    }
  },
};

export const certificateBytes: CertificateBytes = ({
  account,
  device,
  signatureKey,
  certifiedAt,
}) =>
  deviceCertificateBytes({
    accountId: account,
    deviceId: device,
    signatureKey,
    createdAtMs: certifiedAt,
  });
