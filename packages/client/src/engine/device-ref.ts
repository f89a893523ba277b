import type { DeviceRef } from './engine.port.ts';

export const sameDevice = (a: DeviceRef, b: DeviceRef): boolean =>
  a.account === b.account && a.device === b.device;

export const plainRef = ({ account, device }: DeviceRef): DeviceRef => ({ account, device });

/** Whether both name the same devices, each as often, in whatever order. */
export function sameDevices(a: readonly DeviceRef[], b: readonly DeviceRef[]): boolean {
  if (a.length !== b.length) return false;
  const key = ({ account, device }: DeviceRef): string => `${account}\0${device}`;
  const sorted = b.map(key).toSorted();
  return a
    .map(key)
    .toSorted()
    .every((one, at) => one === sorted[at]);
}
