import { sameDevice } from '../device-ref.ts';
import type { DeviceRef } from '../engine.port.ts';
import { readCredential } from './credential.ts';
import type { Leaf } from './views.ts';

export const leafAt = (leaves: readonly Leaf[], index: number): Leaf | null =>
  leaves.find((leaf) => leaf.index === index) ?? null;

export const deviceOf = ({ identity }: Leaf): DeviceRef | null =>
  identity && readCredential(identity);

export function isNamed(leaf: Leaf, device: DeviceRef): boolean {
  const named = deviceOf(leaf);
  return named !== null && sameDevice(named, device);
}
