import type { Entry } from '../log/entry.ts';
import type { EphemeralEvent } from '../log/fan-out.port.ts';
import type { AccountId, ConversationId, DeviceId, DeviceRef, SessionId } from '../shared/ids.ts';
import type { Stock } from '../keys/key-directory.port.ts';
import type { AccountCursor } from './cursor-store.port.ts';

/** Why a connection is closed; clients tell from it whether to come back. */
export type CloseReason =
  | 'superseded'
  | 'session_revoked'
  | 'token_expired'
  | 'too_slow'
  | 'flooding'
  | 'draining'
  | 'protocol_error';

export interface EntriesPush {
  readonly conversation: ConversationId;
  readonly incarnation: number;
  /** Consecutive. A device is given only the parts for all and those that name it. */
  readonly entries: readonly Entry[];
  /** The accounts that are members at every one of these entries. */
  readonly to: readonly AccountId[];
}

/** The devices that are connected to this process. Everything sent here is a hint: what is lost, a device pulls. */
export interface Connections {
  /** Accounts with at least one connected device. */
  accounts(): Iterable<AccountId>;
  has(account: AccountId): boolean;
  pushEntries(push: EntriesPush): void;
  pushReceipts(conversation: ConversationId, cursor: AccountCursor, to: readonly AccountId[]): void;
  pushEphemeral(
    conversation: ConversationId,
    event: EphemeralEvent,
    to: readonly AccountId[],
  ): void;
  pushStock(to: { readonly account: AccountId; readonly device: DeviceId }, stock: Stock): void;
  pushDevicesChanged(account: AccountId): void;
  /** Closes the connections of these sessions. */
  closeSessions(sessions: readonly SessionId[], reason: CloseReason): void;
  /** Closes the connection of a device that has connected to another process since. */
  closeSuperseded(device: DeviceRef): void;
}
