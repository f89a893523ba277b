import type { AccountId, DeviceId, SessionId, Timestamp } from '@sealpost/domain';
import type { MemoryState } from './memory-state.ts';
import type { StoredDevice } from './stored-device.ts';

/** Ends a session; false when it was ended before or does not exist. */
export function revokeSession(state: MemoryState, id: SessionId, now: Timestamp): boolean {
  const session = state.sessions.get(id);
  if (!session || session.revokedAt !== null) return false;
  state.sessions.set(id, { ...session, revokedAt: now });
  return true;
}

/** Ends a device with its sessions and bundles. Answers the sessions. */
export function revokeDevice(
  state: MemoryState,
  stored: StoredDevice,
  now: Timestamp,
): readonly SessionId[] {
  const { id, account } = stored.device;
  stored.device = { ...stored.device, status: 'revoked', revokedAt: now };
  raiseDeviceList(state, account);
  for (const shelf of state.shelvesOf({ account, device: id }).values()) shelf.spendAll();
  const sessions = [...state.sessions.values()].filter(({ device }) => device === id);
  return sessions
    .map((session) => session.id)
    .filter((session) => revokeSession(state, session, now));
}

/** Every certification and revocation does this in the same transaction. */
export function raiseDeviceList(state: MemoryState, account: AccountId): void {
  const stored = state.accounts.get(account);
  if (!stored) return;
  const deviceListVersion = stored.account.deviceListVersion + 1;
  stored.account = { ...stored.account, deviceListVersion };
}

/** Writes one task per conversation of the account. */
export function writeRosterTasks(
  state: MemoryState,
  task: { readonly id: string; readonly account: AccountId; readonly device: DeviceId | null },
): void {
  for (const [conversation, { until }] of state.membershipsOf(task.account)) {
    if (until === null) state.rosterTasks.push({ ...task, conversation });
  }
}
