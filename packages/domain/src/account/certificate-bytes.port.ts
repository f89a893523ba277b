import type { Bytes, DeviceRef, Timestamp } from '../shared/ids.ts';

/** The exact bytes that an account key signs to certify a device: part of the public protocol. Null when there is no such form. */
export type CertificateBytes = (
  claim: DeviceRef & { readonly signatureKey: Bytes; readonly certifiedAt: Timestamp },
) => Bytes | null;

/** The exact bytes that a device signs to prove, at log-in, that it still holds its key. Null when there is no such form. */
export type LogInProofBytes = (claim: {
  readonly device: string;
  readonly issuedAt: number;
}) => Bytes | null;
