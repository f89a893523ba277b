import type { DeviceRef } from '@sealpost/domain';
import type { CallName } from '@sealpost/protocol';
import type { World } from '../world.ts';
import { type Asked, callWith } from './call-as.ts';

/** Makes a call that must be refused, and tells those who judge how it was answered. */
export async function tryTo(
  world: World,
  token: string | null,
  name: CallName,
  asked: Asked,
): Promise<void> {
  const answer = await callWith(world, token, name, asked);
  if (answer) world.witness({ kind: 'tried', what: name, answered: answer.ok });
}

/** The same, as a device, for as long as it must be refused. */
export async function tryAs(
  world: World,
  self: DeviceRef,
  name: CallName,
  asked: Asked,
  isWrong = (): boolean => true,
): Promise<void> {
  const token = world.tokens.get(self.device);
  if (token === undefined) return;
  const answer = await callWith(world, token, name, asked);
  if (answer && isWrong()) world.witness({ kind: 'tried', what: name, answered: answer.ok });
}
