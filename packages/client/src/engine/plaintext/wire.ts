import { decode, encode } from '@msgpack/msgpack';
import type { Bytes, DeviceRef, KeyedDevice } from '../engine.port.ts';

/** A message, or the profile for those who join. `n` counts the sender's messages of the epoch. */
export interface MessagePart {
  readonly t: 'message' | 'profile';
  readonly from: DeviceRef;
  readonly n: number;
  readonly binding: Bytes;
  readonly body: Bytes;
}
/** `base` is the chain that it continues. */
export interface CommitPart {
  readonly t: 'commit' | 'external';
  readonly from: DeviceRef;
  readonly binding: Bytes;
  readonly base: Bytes;
  readonly adds: readonly KeyedDevice[];
  readonly removes: readonly DeviceRef[];
}
/** What a device needs to come in: by itself (`info`) or by the bundles named in `refs`. */
export interface EpochPart {
  readonly t: 'info' | 'welcome';
  readonly refs: readonly string[];
  readonly from: DeviceRef;
  readonly binding: Bytes;
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
  readonly chain: Bytes;
  readonly devices: readonly KeyedDevice[];
}
export interface BundlePart {
  readonly t: 'bundle';
  readonly device: KeyedDevice;
  readonly n: number;
}
export type Wire = MessagePart | CommitPart | EpochPart | BundlePart;

export const encodeWire = (wire: Wire): Bytes => encode(wire).slice();

/** Null for bytes that are no part of ours. */
export function decodeWire(bytes: Bytes): Wire | null {
  const value = decoded(bytes);
  if (!isObject(value)) return null;
  const isPart =
    (isOneOf(value.t, ['message', 'profile']) && hasShape(value, messageShape)) ||
    (isOneOf(value.t, ['commit', 'external']) && hasShape(value, commitShape)) ||
    (isOneOf(value.t, ['info', 'welcome']) && hasShape(value, epochShape)) ||
    (isOneOf(value.t, ['bundle']) && hasShape(value, bundleShape));
  return isPart ? (value as unknown as Wire) : null;
}

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isOneOf = (value: unknown, names: readonly string[]): boolean =>
  names.some((name) => name === value);
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isBytes: Check = (value) => value instanceof Uint8Array;
const hasShape = (value: unknown, shape: Shape): boolean =>
  isObject(value) && Object.entries(shape).every(([name, check]) => check(value[name]));
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const isDevice: Check = (value) => hasShape(value, { account: isText, device: isText });
const isKeyed: Check = (value) => isDevice(value) && hasShape(value, { signatureKey: isBytes });
const messageShape = { from: isDevice, n: isCount, binding: isBytes, body: isBytes };
const commitShape = {
  from: isDevice,
  binding: isBytes,
  base: isBytes,
  adds: isListOf(isKeyed),
  removes: isListOf(isDevice),
};
const epochShape = {
  refs: isListOf(isText),
  from: isDevice,
  binding: isBytes,
  conversation: isText,
  generation: isCount,
  epoch: isCount,
  chain: isBytes,
  devices: isListOf(isKeyed),
};
const bundleShape = { device: isKeyed, n: isCount };

function decoded(bytes: Bytes): unknown {
  try {
    return decode(bytes);
  } catch {
    // The decoder throws errors of several classes over bytes that are no MessagePack.
    return null;
  }
}
