import type { DeviceRef } from '@sealpost/domain';
import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';

export const handleOf = (person: number): string => `person${person}`;

/** The devices that people can take in their hands and do something with. */
export const running = (world: World): readonly SimDevice[] =>
  world.devices.filter(({ on, linked, loggedOut, gone }) => on && linked && !loggedOut && !gone);

/** All devices that there ever were. */
export const anybody = (world: World): readonly DeviceRef[] =>
  world.devices.flatMap(({ ref }) => (ref ? [ref] : []));
