import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, HpkeError } from '@hpke/core';
import { canonicalBytes } from '@sealpost/protocol';
import type { Bytes } from '../engine/engine.port.ts';

/** What a new device is given by the one that approved it. */
export interface LinkPackage {
  /** Secret: the account key's 32-byte seed. */
  readonly accountSeed: Bytes;
  /** The new device's certificate, and the time that it names. */
  readonly certificate: Bytes;
  readonly createdAtMs: number;
  /** Whatever else the SDK hands over. */
  readonly extras: Bytes;
}

/** The most that a sealed package may have. */
export const LINK_PACKAGE_LIMIT_BYTES = 64 * 1024;

/** An X25519 key pair as raw bytes. */
export interface LinkKeyPair {
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

export async function generateLinkKey(): Promise<LinkKeyPair> {
  const { kem } = suite();
  const pair = await kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)),
  };
}

/**
 * `0x01 ‖ enc (32) ‖ ciphertext` of `seed (32) ‖ certificate (64) ‖ createdAtMs (u64, big-endian) ‖ extras`: HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
 * AES-256-GCM, bound to the transcript by `info`. Null when `linkKey` is no usable public key.
 */
export async function sealLinkPackage(
  linkKey: Bytes,
  transcript: Bytes,
  content: LinkPackage,
): Promise<Bytes | null> {
  const { kem } = suite();
  try {
    const recipientPublicKey = await kem.deserializePublicKey(new Uint8Array(linkKey));
    const params = { recipientPublicKey, info: infoOf(transcript) };
    const { enc, ct } = await suite().seal(params, toBytes(content));
    return new Uint8Array([VERSION, ...new Uint8Array(enc), ...new Uint8Array(ct)]);
  } catch (error) {
    return nullIfHpkeError(error);
  }
}

/** Null when the package was sealed for another key or transcript, was altered, or is no package of this version. */
export async function openLinkPackage(
  linkPrivateKey: Bytes,
  transcript: Bytes,
  sealed: Bytes,
): Promise<LinkPackage | null> {
  if (sealed[0] !== VERSION || sealed.length > LINK_PACKAGE_LIMIT_BYTES) return null;
  const { kem } = suite();
  const recipientKey = await kem.deserializePrivateKey(new Uint8Array(linkPrivateKey));
  const enc = sealed.slice(1, 1 + ENC_BYTES);
  try {
    const params = { recipientKey, enc, info: infoOf(transcript) };
    return fromBytes(new Uint8Array(await suite().open(params, sealed.slice(1 + ENC_BYTES))));
  } catch (error) {
    return nullIfHpkeError(error);
  }
}

const VERSION = 1;
const ENC_BYTES = 32;

/** What comes before the extras in a package: seed, certificate, time. */
const FIXED_BYTES = 32 + 64 + 8;

/** The most that the extras of a package may have. */
export const LINK_EXTRAS_LIMIT_BYTES = LINK_PACKAGE_LIMIT_BYTES - 1 - ENC_BYTES - FIXED_BYTES - 16;

function toBytes({ accountSeed, certificate, createdAtMs, extras }: LinkPackage): Bytes {
  const bytes = new Uint8Array(FIXED_BYTES + extras.length);
  bytes.set(accountSeed);
  bytes.set(certificate, 32);
  new DataView(bytes.buffer).setBigUint64(96, BigInt(createdAtMs));
  bytes.set(extras, FIXED_BYTES);
  return bytes;
}

function fromBytes(bytes: Uint8Array<ArrayBuffer>): LinkPackage | null {
  if (bytes.length < FIXED_BYTES) return null;
  return {
    accountSeed: bytes.slice(0, 32),
    certificate: bytes.slice(32, 96),
    createdAtMs: Number(new DataView(bytes.buffer).getBigUint64(96)),
    extras: bytes.slice(FIXED_BYTES),
  };
}

function nullIfHpkeError(error: unknown): null {
  if (error instanceof HpkeError) return null;
  throw error;
}

const suite = () =>
  new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });

function infoOf(transcript: Bytes): Bytes {
  const info = canonicalBytes('sealpost/link/package/1', [transcript]);
  if (info === null) throw new RangeError('a transcript is 32 bytes');
  return info;
}
