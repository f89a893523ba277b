import { z } from 'zod';
import {
  bytes,
  deviceRef,
  id,
  name,
  positive,
  ref,
  seq,
  signature,
  signatureKey,
  suite,
  timestamp,
} from './primitives.ts';

const password = z.string().min(1).max(1024);
const handle = z.string().min(1).max(64);
const nonce = bytes({ min: 32, max: 32 });
const refreshToken = z.string().regex(/^[A-Za-z0-9_-]{43,128}$/);

export const registration = z
  .strictObject({ handle, password, deviceName: name })
  .meta({ id: 'Registration' });

export const logIn = z
  .strictObject({
    handle,
    password,
    deviceName: name,
    /** Logs in as a device that one is already; without it, as a new, pending one. */
    proof: z.strictObject({ device: id, issuedAt: timestamp, signature }).nullable(),
  })
  .meta({ id: 'LogIn' });

export const refresh = z
  .strictObject({
    /** Null when it comes in a cookie. */
    refreshToken: refreshToken.nullable(),
    /** The token to have next, chosen by the device: the call can then be repeated when its answer was lost. */
    next: refreshToken.nullable(),
  })
  .meta({ id: 'Refresh' });

export const credentials = z
  .object({
    account: id,
    device: id,
    session: id,
    certified: z.boolean(),
    accessToken: z.string(),
    accessExpiresAt: timestamp,
    /** Null when it was set as a cookie. */
    refreshToken: refreshToken.nullable(),
    refreshExpiresAt: timestamp,
    /** To be sent as `x-csrf-token` with every call that cookies authenticate; null otherwise. */
    csrfToken: z.string().nullable(),
  })
  .meta({ id: 'Credentials' });

export const session = z
  .object({ id, device: id, createdAt: timestamp, lastUsedAt: timestamp, expiresAt: timestamp })
  .meta({ id: 'Session' });

export const certifiedDevice = z
  .object({
    device: id,
    /** Empty once the account is deleted. */
    name: name.or(z.literal('')),
    signatureKey,
    certificate: signature,
    certifiedAt: timestamp,
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'CertifiedDevice' });

export const accountRecord = z
  .object({
    account: id,
    /** Null once deleted. */
    handle: z.string().nullable(),
    accountKey: signatureKey.nullable(),
    deviceListVersion: seq,
    devices: z.array(certifiedDevice),
  })
  .meta({ id: 'AccountRecord', description: 'What others may know of an account.' });

/** So many accounts are told of at once. */
export const lookedUpAtOnce = 200;
export const lookUp = z
  .strictObject({ accounts: z.array(id).min(1).max(lookedUpAtOnce) })
  .meta({ id: 'LookUp' });
export const lookedUp = z
  .object({
    /** Those that there are, in no order. */
    accounts: z.array(accountRecord),
  })
  .meta({ id: 'LookedUp' });

export const ownDevice = z
  .object({
    device: id,
    name,
    status: z.enum(['pending', 'certified', 'revoked']),
    signatureKey: signatureKey.nullable(),
    certificate: signature.nullable(),
    certifiedAt: timestamp.nullable(),
    createdAt: timestamp,
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'OwnDevice' });

export const firstCertificate = z
  .strictObject({
    accountKey: signatureKey,
    signatureKey,
    certificate: signature,
    certifiedAt: timestamp,
  })
  .meta({ id: 'FirstCertificate' });
export const linkPublication = z
  .strictObject({
    signatureKey,
    linkKey: bytes({ min: 32, max: 32 }),
    commitment: bytes({ min: 32, max: 32 }),
  })
  .meta({ id: 'LinkPublication' });
export const linkNonce = z.strictObject({ nonce }).meta({ id: 'LinkNonce' });
export const linkState = z
  .object({
    device: ownDevice,
    link: z
      .object({
        linkKey: bytes({ min: 32, max: 32 }),
        commitment: bytes({ min: 32, max: 32 }),
        offer: z.object({ by: id, nonce }).nullable(),
        reveal: nonce.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'LinkState' });
export const approval = z
  .strictObject({
    certificate: signature,
    certifiedAt: timestamp,
    package: bytes({ min: 1, max: 1024 * 1024 }),
  })
  .meta({ id: 'Approval' });
export const linkPackage = z
  .object({ package: bytes({ max: 1024 * 1024 }).nullable() })
  .meta({ id: 'LinkPackage' });

export const bundle = z
  .strictObject({ ref, body: bytes({ min: 1, max: 64 * 1024 }), expiresAt: timestamp })
  .meta({ id: 'Bundle' });
export const upload = z
  .strictObject({ suite, oneTime: z.array(bundle).max(1000), lastResort: bundle.nullable() })
  .meta({ id: 'BundleUpload' });
export const stock = z
  .object({
    suite,
    oneTime: seq,
    lastResort: z.enum(['absent', 'fresh', 'used']),
    directoryEpoch: positive,
  })
  .meta({ id: 'Stock' });
export const bundleCheck = z
  .strictObject({ suite, digest: bytes({ min: 32, max: 32 }) })
  .meta({ id: 'BundleCheck' });
export const bundleVerdict = z
  .object({ matches: z.boolean(), stock })
  .meta({ id: 'BundleVerdict' });
export const claim = z
  .strictObject({
    suite,
    accounts: z.array(id).min(1).max(512),
    only: z.array(id).max(1024).nullable(),
  })
  .meta({ id: 'Claim' });
export const claimed = z
  .object({
    bundles: z.array(
      z.object({
        device: deviceRef,
        ref,
        body: bytes({ max: 64 * 1024 }),
        expiresAt: timestamp,
        lastResort: z.boolean(),
      }),
    ),
    without: z.array(deviceRef),
  })
  .meta({ id: 'Claimed' });

export type WireCredentials = z.output<typeof credentials>;
export type WireAccountRecord = z.output<typeof accountRecord>;
export type WireOwnDevice = z.output<typeof ownDevice>;
export type WireLinkState = z.output<typeof linkState>;
export type WireStock = z.output<typeof stock>;
export type WireBundle = z.output<typeof bundle>;
export type WireClaimed = z.output<typeof claimed>;
