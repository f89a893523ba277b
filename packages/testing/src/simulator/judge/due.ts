import type { DeviceRef } from '@sealpost/domain';
import type { SimDevice } from '../device/sim-device.ts';

/** What was lost is asked for again after so long at the most: only then does nothing that was broken before matter. */
export const recoveryMs = 60_000;

/** Whether a device was registered or linked, and the server can know it. */
export const isWhole = (device: SimDevice): device is SimDevice & { readonly ref: DeviceRef } =>
  device.ref !== null && device.linked && !device.gone;
