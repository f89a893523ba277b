import type { AccountId, ConversationId, DeviceId, Seq } from '../shared/ids.ts';

/** How far a device, and its account, got in a conversation; absent fields stay as they are. */
export interface CursorMove {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly incarnation: number;
  /** Everything up to this entry is stored on the device. */
  readonly delivered?: Seq;
  /** The account has read up to this entry. */
  readonly read?: Seq;
  /** What others are shown of `read`. */
  readonly shown?: Seq;
}

/** Where an account has a cursor. */
export interface CursorPlace {
  readonly conversation: ConversationId;
  readonly account: AccountId;
}

export interface AccountCursor {
  readonly account: AccountId;
  /** The highest of the account's devices. */
  readonly delivered: Seq;
  readonly read: Seq;
  readonly shown: Seq;
}

export interface DeviceCursor {
  readonly device: DeviceId;
  readonly incarnation: number;
  readonly delivered: Seq;
  /** What its account has read in that incarnation. */
  readonly read: Seq;
}

/**
 * Delivered per device, read and shown per account.
 *
 * - Monotone within an incarnation: a lower value than the stored one changes nothing. A higher incarnation replaces,
 *   a lower one is ignored. An account's values are those of its newest incarnation in the conversation; what its
 *   devices acknowledged in older ones does not count.
 * - Stored values always satisfy shown ≤ read ≤ the highest delivered of the account's devices: `read` beyond it is cut
 *   to it, `shown` is cut to `read`.
 */
export interface CursorStore {
  /**
   * Moves many cursors; all of them in one statement. Moves of one call count together: what is delivered, before what
   * is read, before what is shown. Answers the conversations and accounts whose values rose or began a new incarnation,
   * each once.
   */
  move(moves: readonly CursorMove[]): Promise<readonly CursorPlace[]>;
  /** The cursors of those accounts that have any in the conversation. */
  ofConversation(
    conversation: ConversationId,
    accounts: readonly AccountId[],
  ): Promise<readonly AccountCursor[]>;
  /** The cursors of those of many accounts, each in one conversation, that have any there; in one statement. */
  ofAccounts(places: readonly CursorPlace[]): Promise<readonly (CursorPlace & AccountCursor)[]>;
  /** Null when the device has none there. */
  ofDevice(
    conversation: ConversationId,
    account: AccountId,
    device: DeviceId,
  ): Promise<DeviceCursor | null>;
}
