import type { DeviceRef, Result } from '@sealpost/domain';
import type { CallName } from '@sealpost/protocol';
import type { Refused } from '@sealpost/protocol/edge';
import { endless } from '../server/sim-tokens.ts';
import type { World } from '../world.ts';

export interface Asked {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
}

/** Whose line a call goes by that no device of ours makes. */
const noDevice = -1;

/** Makes a call as a device does, without its application: with the token that it was given last. */
export function callAs(world: World, self: DeviceRef, name: CallName, asked: Asked = {}): void {
  const own = world.tokens.get(self.device);
  if (world.deviceOf(self) && own !== undefined) void callWith(world, own, name, asked);
}

/** Makes a call with somebody's token, or with none. Never settles when its answer is lost; null: nobody took it. */
export function callWith(
  world: World,
  token: string | null,
  name: CallName,
  asked: Asked = {},
): Promise<Result<unknown, Refused> | null> {
  const { promise, resolve } = Promise.withResolvers<Result<unknown, Refused> | null>();
  const claims = token === null ? null : isOver(world, token) ? token : endless(token);
  const request = { params: {}, query: {}, body: undefined, ...asked, name, token: claims };
  const from = claims === null ? noDevice : numberOf(world, claims);
  world.network.carry(from, request, { answer: resolve, refused: () => resolve(null) });
  return promise;
}

/** Of a device that is gone no token lives on: servers remember its end for as long as one can. */
const isOver = (world: World, token: string): boolean =>
  world.deviceOf(JSON.parse(token) as DeviceRef)?.gone === true;

const numberOf = (world: World, token: string): number =>
  world.deviceOf(JSON.parse(token) as DeviceRef)?.number ?? noDevice;
