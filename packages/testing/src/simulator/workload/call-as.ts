import type { DeviceRef } from '@sealpost/domain';
import type { CallName } from '@sealpost/protocol';
import { endless } from '../server/sim-tokens.ts';
import type { World } from '../world.ts';

interface Asked {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
}

/** Makes a call as a device does, without its application: with the token that it was given last. */
export function callAs(world: World, self: DeviceRef, name: CallName, asked: Asked = {}): void {
  const device = world.deviceOf(self);
  const own = world.tokens.get(self.device);
  if (!device || own === undefined) return;
  const token = endless(own);
  const request = { params: {}, query: {}, body: undefined, ...asked, name, token };
  world.network.carry(device.number, request, {
    answer: () => undefined,
    refused: () => undefined,
  });
}
