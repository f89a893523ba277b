import { sameBytes } from '../bytes.ts';
import { sameDevice } from '../device-ref.ts';
import type { DeviceRef } from '../engine.port.ts';
import { deviceOf } from './leaves.ts';
import type { Leaf } from './views.ts';

export interface TreeDifference {
  readonly added: readonly DeviceRef[];
  readonly removed: readonly DeviceRef[];
}

/**
 * Which devices really came and went between two trees. A leaf that a commit only refreshed is neither; one that changed
 * its name or its signature key is both.
 *
 * @param joiner the device of an external commit, which comes in any case and does not go with its old leaf
 */
export function treeDifference(
  before: readonly Leaf[],
  after: readonly Leaf[],
  joiner: DeviceRef | null,
): TreeDifference {
  const was = new Map(before.map((leaf) => [leaf.index, leaf]));
  const is = new Map(after.map((leaf) => [leaf.index, leaf]));
  const gone = before.filter((leaf) => !isSameStay(leaf, is.get(leaf.index)));
  const come = after.filter((leaf) => !isSameStay(was.get(leaf.index), leaf));
  const added = [...devicesOf(come), ...(joiner ? [joiner] : [])];
  const removed = devicesOf(gone).filter((device) => !joiner || !sameDevice(device, joiner));
  return { added: unique(added), removed: unique(removed) };
}

function isSameStay(before: Leaf | undefined, after: Leaf | undefined): boolean {
  if (!before?.identity || !after?.identity) return false;
  const isSameDevice =
    sameBytes(before.signatureKey, after.signatureKey) &&
    sameBytes(before.identity, after.identity);
  return (
    isSameDevice && (!after.fromKeyPackage || sameBytes(before.encryptionKey, after.encryptionKey))
  );
}

const devicesOf = (leaves: readonly Leaf[]): DeviceRef[] =>
  leaves.flatMap((leaf) => deviceOf(leaf) ?? []);

const unique = (devices: readonly DeviceRef[]): readonly DeviceRef[] =>
  devices.filter((one, at) => devices.findIndex((other) => sameDevice(one, other)) === at);
