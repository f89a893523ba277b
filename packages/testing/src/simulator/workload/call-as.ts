import type { DeviceRef } from '@sealpost/domain';
import type { CallName } from '@sealpost/protocol';
import type { World } from '../world.ts';

interface Asked {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
}

/** Makes a call as a device does, without its application: with a token that is as good as its own. */
export function callAs(world: World, self: DeviceRef, name: CallName, asked: Asked = {}): void {
  const device = world.deviceOf(self);
  if (!device?.session) return;
  const claims = { ...self, session: device.session, certified: true };
  const token = JSON.stringify({ ...claims, expiresAt: Number.MAX_SAFE_INTEGER });
  const request = { params: {}, query: {}, body: undefined, ...asked, name, token };
  world.network.carry(device.number, request, {
    answer: () => undefined,
    refused: () => undefined,
  });
}
