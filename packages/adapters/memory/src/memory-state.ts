import { AdapterFailure, firstTenure } from '@sealpost/domain';
import type {
  AccountId,
  ConversationId,
  DeviceId,
  DeviceRef,
  RosterTask,
  Seq,
  Session,
  SessionId,
  SigningKey,
  Suite,
  Tenure,
  Timestamp,
} from '@sealpost/domain';
import type { AccountCursors } from './account-cursors.ts';
import type { BundleShelf } from './bundle-shelf.ts';
import type { StoredAccount } from './stored-account.ts';
import type { StoredDevice } from './stored-device.ts';
import type { StoredLog } from './stored-log.ts';

const failure = (operation: string, detail: string): AdapterFailure =>
  new AdapterFailure({ adapter: 'memory', operation, retryable: false, detail });

/** What storing something under an id that is taken ends with: ids are random, so it is a fault. */
export const duplicateId = (operation: string): AdapterFailure =>
  failure(operation, 'duplicate_id');

/** That an account is a member of a conversation, or was until an entry, as far as the index knows. */
export interface Membership {
  /** The newest version on which an entering was decided. */
  readonly basis: Seq;
  readonly until: Seq | null;
}

/**
 * The data that the ports of one deployment share. Every operation on it runs within one turn of the event loop, so it
 * is a transaction: nothing else sees it half done.
 */
export class MemoryState {
  readonly logs = new Map<ConversationId, StoredLog>();
  /** Whether conversations are founded here. */
  foundings: Tenure = firstTenure;
  readonly memberships = new Map<AccountId, Map<ConversationId, Membership>>();
  readonly cursors = new Map<ConversationId, Map<AccountId, AccountCursors>>();
  readonly shelves = new Map<string, Map<Suite, BundleShelf>>();
  directoryEpoch = 1;
  readonly accounts = new Map<AccountId, StoredAccount>();
  /** Who has a handle; from `freeAt` on a deleted account's can be taken. */
  readonly handles = new Map<
    string,
    { readonly account: AccountId; readonly freeAt: Timestamp | null }
  >();
  readonly devices = new Map<DeviceId, StoredDevice>();
  /** Oldest first. */
  readonly rosterTasks: RosterTask[] = [];
  readonly sessions = new Map<SessionId, Session>();
  /** By the hash in hex: every token that a session has or had. */
  readonly tokens = new Map<
    string,
    {
      readonly session: SessionId;
      replaced: { readonly by: string; readonly at: Timestamp } | null;
    }
  >();
  /** Newest first. */
  readonly signingKeys: SigningKey[] = [];
  incarnation = 1;
  #open = true;

  membershipsOf(account: AccountId): ReadonlyMap<ConversationId, Membership> {
    return this.memberships.get(account) ?? new Map<ConversationId, Membership>();
  }

  remember(account: AccountId, conversation: ConversationId, membership: Membership): void {
    const known = this.memberships.get(account) ?? new Map<ConversationId, Membership>();
    this.memberships.set(account, known.set(conversation, membership));
  }

  shelvesOf({ account, device }: DeviceRef): Map<Suite, BundleShelf> {
    const key = JSON.stringify([account, device]);
    const shelves = this.shelves.get(key) ?? new Map<Suite, BundleShelf>();
    this.shelves.set(key, shelves);
    return shelves;
  }

  /** Every call from now on is refused, as by a database that was shut down. */
  close(): void {
    this.#open = false;
  }

  ensureOpen(operation: string): void {
    if (this.#open) return;
    throw failure(operation, 'closed');
  }
}
