import { randomUUID } from 'node:crypto';
import type {
  AccountId,
  ClientId,
  ConversationId,
  DeviceId,
  DeviceRef,
  SessionId,
  Timestamp,
} from '@sealpost/domain';

/** Where the time of tests starts. Time moves only by what a test adds. */
export const anInstant: Timestamp = 1_760_000_000_000;

export const aConversationId = (): ConversationId => `conversation-${randomUUID()}`;
export const anAccountId = (): AccountId => `account-${randomUUID()}`;
export const aDeviceId = (): DeviceId => `device-${randomUUID()}`;
export const aSessionId = (): SessionId => `session-${randomUUID()}`;
export const aClientId = (): ClientId => randomUUID();

/** A device nobody has heard of. */
export const aDeviceRef = (account: AccountId = anAccountId()): DeviceRef => ({
  account,
  device: aDeviceId(),
});

/** `count` fresh values. */
export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
