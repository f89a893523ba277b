import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { deviceCertificateBytes, type WireBundle, type WireCredentials } from '@sealpost/protocol';
import type { TestClient } from './test-client.ts';

export const suite = 'plain-1';

/** An Ed25519 key pair as the wire wants it. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

export function aKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey,
    publicKey: new Uint8Array(
      Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    ),
  };
}

export const signed = (bytes: Uint8Array, { privateKey }: KeyPair): Uint8Array =>
  new Uint8Array(sign(null, bytes, privateKey));

export function certified(who: { account: string; device: string }, key: KeyPair, by: KeyPair) {
  const certifiedAt = Date.now();
  const claim = {
    accountId: who.account,
    deviceId: who.device,
    signatureKey: key.publicKey,
    createdAtMs: certifiedAt,
  };
  return {
    signatureKey: key.publicKey,
    certifiedAt,
    certificate: signed(deviceCertificateBytes(claim) ?? new Uint8Array(), by),
  };
}

let handles = 0;
export const aHandle = (name = 'someone'): string => `${name}-${++handles}-${process.pid}`;
export const password = 'correct horse';

/** A device with all that it holds. */
export interface Person extends WireCredentials {
  readonly handle: string;
  readonly token: string;
  readonly accountKey: KeyPair;
  readonly deviceKey: KeyPair;
}

/** A fresh account whose first device is certified. */
export async function aPerson(client: TestClient, name?: string): Promise<Person> {
  const handle = aHandle(name);
  const pending = await client.call('register', {
    body: { handle, password, deviceName: 'laptop' },
  });
  const [accountKey, deviceKey] = [aKeyPair(), aKeyPair()];
  const body = { accountKey: accountKey.publicKey, ...certified(pending, deviceKey, accountKey) };
  await client.call('certifyFirst', { token: pending.accessToken, body });
  const credentials = await client.call('refresh', {
    body: { refreshToken: pending.refreshToken, next: null },
  });
  return { ...credentials, handle, token: credentials.accessToken, accountKey, deviceKey };
}

/** A bundle as the server takes it. */
export function aBundle(): WireBundle {
  const body = new Uint8Array(randomBytes(40));
  return {
    ref: createHash('sha256').update(body).digest('hex'),
    body,
    expiresAt: Date.now() + 60_000,
  };
}

export const aNonce = (): Uint8Array => new Uint8Array(randomBytes(32));
