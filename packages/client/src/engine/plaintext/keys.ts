import { concatBytes, sha256, utf8 } from '../bytes.ts';
import { sameDevice } from '../device-ref.ts';
import type { Bytes, DeviceRef, KeyedDevice } from '../engine.port.ts';
import type { Keys } from './records.ts';

/** The PKCS #8 head of an Ed25519 private key (RFC 8410, 7), before its 32 bytes. */
const PKCS8_HEAD = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);

/** The device's key pair, the same whenever it is asked for: everybody who knows the device's name has it. */
async function privateKeyOf({ account, device }: DeviceRef): Promise<CryptoKey> {
  const seed = await sha256(utf8(`plaintext-test\0${account}\0${device}`));
  const pkcs8 = new Uint8Array(concatBytes(PKCS8_HEAD, seed));
  return crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
}

export async function signatureKeyOf(device: DeviceRef): Promise<Bytes> {
  const { x = '' } = await crypto.subtle.exportKey('jwk', await privateKeyOf(device));
  const base64 = x.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

export async function signAs(device: DeviceRef, message: Bytes): Promise<Bytes> {
  const key = await privateKeyOf(device);
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, new Uint8Array(message)));
}

export interface KeyChange {
  readonly adds: readonly KeyedDevice[];
  readonly removes: readonly DeviceRef[];
}

/** The keys after a change; all counters begin anew. `binding` tells changes apart. */
export async function changedKeys(
  { chain, devices }: Keys,
  { adds, removes }: KeyChange,
  binding: Bytes,
): Promise<Keys> {
  const leaves = [...removes, ...adds];
  const kept = devices.filter((device) => !leaves.some((other) => sameDevice(device, other)));
  return {
    chain: await sha256(concatBytes(chain, binding)),
    devices: [...kept, ...adds].map(({ account, device, signatureKey }) => ({
      account,
      device,
      signatureKey,
      sent: 0,
    })),
  };
}

/** A value that equal keys give alike, and that is no secret. */
export async function exported({ chain }: Keys, label: string, length: number): Promise<Bytes> {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    sha256(concatBytes(chain, utf8(`${at}\0${label}`))),
  );
  return concatBytes(...(await Promise.all(blocks))).slice(0, length);
}

export const isIn = ({ devices }: Keys, device: DeviceRef): boolean =>
  devices.some((other) => sameDevice(other, device));
export const sentBy = ({ devices }: Keys, device: DeviceRef): number =>
  devices.find((other) => sameDevice(other, device))?.sent ?? 0;
export const withSent = ({ chain, devices }: Keys, device: DeviceRef, sent: number): Keys => ({
  chain,
  devices: devices.map((other) => (sameDevice(other, device) ? { ...other, sent } : other)),
});
