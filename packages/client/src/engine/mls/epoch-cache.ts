import { sameBytes } from '../bytes.ts';
import type { Bytes, DeviceRef, KeyedDevice } from '../engine.port.ts';
import { deviceOf } from './leaves.ts';
import { leafOf, leavesOf, ownLeafOf, type Epoch } from './ts-mls.ts';

const LIMIT = 16;

/** An epoch as it is stored, decoded. */
export interface KnownEpoch {
  /** SHA-256 of the record. */
  readonly digest: Bytes;
  readonly generation: number;
  /** The log's epoch. It never falls; MLS counts anew in each generation. */
  readonly epoch: number;
  /** Without ratchets; null once this device was removed. */
  readonly keys: Epoch | null;
  /** The device of our own leaf. */
  readonly self: DeviceRef | null;
  readonly devices: readonly KeyedDevice[];
  /** The leaves under a device's name. */
  readonly leavesOf: (device: DeviceRef) => readonly number[];
}

/** What is asked of an epoch with every message, worked out once. */
export function devicesIn(keys: Epoch | null): Pick<KnownEpoch, 'self' | 'devices' | 'leavesOf'> {
  const devices: KeyedDevice[] = [];
  const leaves = new Map<string, number[]>();
  const nameOf = ({ account, device }: DeviceRef): string => `${account}\0${device}`;
  for (const leaf of keys ? leavesOf(keys) : []) {
    const device = deviceOf(leaf);
    if (!device) continue;
    devices.push({ ...device, signatureKey: leaf.signatureKey.slice() });
    const name = nameOf(device);
    leaves.set(name, [...(leaves.get(name) ?? []), leaf.index]);
  }
  const own = keys && leafOf(keys, ownLeafOf(keys));
  const self = own && deviceOf(own);
  return { self, devices, leavesOf: (device) => leaves.get(nameOf(device)) ?? [] };
}

/**
 * Decoded epochs of the conversations used last. The stored bytes stay the only truth: an entry serves exactly those
 * whose digest it has. Reading and decoding the epoch of 128 devices takes longer than a message's cryptography.
 */
export class EpochCache {
  readonly #entries = new Map<string, KnownEpoch>();

  find(conversation: string, digest: Bytes): KnownEpoch | null {
    const known = this.#entries.get(conversation);
    if (!known || !sameBytes(known.digest, digest)) return null;
    this.#entries.delete(conversation);
    this.#entries.set(conversation, known);
    return known;
  }

  add(conversation: string, known: KnownEpoch): void {
    this.#entries.delete(conversation);
    this.#entries.set(conversation, known);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= LIMIT) break;
      this.#entries.delete(oldest);
    }
  }

  forget(conversation: string): void {
    this.#entries.delete(conversation);
  }
}
