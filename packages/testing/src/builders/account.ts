import { randomUUID } from 'node:crypto';
import type {
  AccountId,
  AccountStore,
  Bytes,
  DeviceId,
  DeviceRef,
  SessionId,
  Stores,
} from '@sealpost/domain';
import { someBytes, sha256Of } from './bytes.ts';
import { aDeviceId, anAccountId, anInstant, aSessionId } from './ids.ts';

type NewAccount = Parameters<AccountStore['create']>[0];

/** As registration makes it. */
export const anAccount = (about: Partial<NewAccount> = {}): NewAccount => ({
  id: anAccountId(),
  handle: `handle-${randomUUID()}`,
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  now: anInstant,
  ...about,
});

export async function aStoredAccount(
  { accounts }: Stores,
  about: Partial<NewAccount> = {},
): Promise<AccountId> {
  const account = anAccount(about);
  await accounts.create(account);
  return account.id;
}

export async function aPendingDevice(
  { devices }: Stores,
  account: AccountId,
  now = anInstant,
): Promise<DeviceId> {
  const id = aDeviceId();
  await devices.enrol({ id, account, name: 'phone', now }, 100);
  return id;
}

export const someKeys = (): {
  accountKey: Bytes;
  signatureKey: Bytes;
  certificate: Bytes;
  certifiedAt: number;
} => ({
  accountKey: sha256Of(randomUUID()),
  signatureKey: sha256Of(randomUUID()),
  certificate: someBytes(64),
  certifiedAt: anInstant,
});

/** The first device of a new account. */
export async function aCertifiedDevice(stores: Stores, account?: AccountId): Promise<DeviceRef> {
  const owner = account ?? (await aStoredAccount(stores));
  const device = await aPendingDevice(stores, owner);
  await stores.devices.certifyFirst(device, someKeys());
  return { account: owner, device };
}

export const aLink = (): { signatureKey: Bytes; linkKey: Bytes; commitment: Bytes } => ({
  signatureKey: sha256Of(randomUUID()),
  linkKey: sha256Of(randomUUID()),
  commitment: sha256Of(randomUUID()),
});

export const anApproval = (by: DeviceId) => ({
  by,
  certificate: someBytes(64),
  certifiedAt: anInstant,
  package: someBytes(100),
  packageExpiresAt: anInstant + 600_000,
  limit: 100,
});

/** A pending device of the same account that only the approval is missing. */
export async function aRevealedDevice(stores: Stores, by: DeviceRef): Promise<DeviceId> {
  const device = await aPendingDevice(stores, by.account);
  await stores.devices.publishLink(device, aLink());
  await stores.devices.offerLink(device, { by: by.device, nonce: someBytes(32, 1) });
  await stores.devices.revealLink(device, someBytes(32, 2));
  return device;
}

/** A further certified device of the same account. */
export async function aLinkedDevice(stores: Stores, by: DeviceRef): Promise<DeviceId> {
  const device = await aRevealedDevice(stores, by);
  await stores.devices.approve(device, anApproval(by.device));
  return device;
}

type NewSession = Parameters<Stores['sessions']['create']>[0];
export const aNewSession = (of: DeviceRef, about: Partial<NewSession> = {}): NewSession => ({
  id: aSessionId(),
  ...of,
  tokenHash: sha256Of(randomUUID()),
  now: anInstant,
  expiresAt: anInstant + 1_000_000,
  ...about,
});

export async function aSession(
  { sessions }: Stores,
  of: DeviceRef,
  about: Partial<NewSession> = {},
): Promise<NewSession> {
  const session = aNewSession(of, about);
  await sessions.create(session);
  return session;
}

export const idOf = ({ id }: { readonly id: SessionId }): SessionId => id;
