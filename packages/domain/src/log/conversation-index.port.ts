import type {
  AccountId,
  ConversationId,
  DeviceId,
  DeviceRef,
  Seq,
  Timestamp,
} from '../shared/ids.ts';

/** A conversation whose log goes on beyond what a device has acknowledged, as far as the index knows. */
export interface Behind {
  readonly conversation: ConversationId;
  /** The head, or for a former member the entry that removed it. May overstate, never understates. */
  readonly head: Seq;
  /** `loud` and `acceptedAt` of that entry, 0 when it was cut and is not the head: a former member is told nothing of what came later. */
  readonly loud: number;
  readonly activeAt: Timestamp;
  /** The device's delivered cursor; 0: none. */
  readonly delivered: Seq;
  /** The incarnation in which that cursor was set; without a cursor the one that was asked about. */
  readonly incarnation: number;
}

/** That an account is, or was, a member of a conversation, as far as the index knows. */
export interface IndexRow {
  readonly account: AccountId;
  readonly conversation: ConversationId;
  /** The newest version on which an entering was decided. */
  readonly basis: Seq;
  /** The entry that ended the membership; null: it is open. */
  readonly until: Seq | null;
}

/** Where a walk through all rows stands. */
export type RowPlace = Pick<IndexRow, 'account' | 'conversation'>;

/** One of an account's conversations, and how far a device of it got there. */
export interface Membership {
  readonly conversation: ConversationId;
  readonly until: Seq | null;
  /** The device's delivered cursor and the incarnation in which it was set; null: it has none. */
  readonly cursor: { readonly delivered: Seq; readonly incarnation: number } | null;
}

/**
 * Which account is, or was, a member of which conversation. Written when membership changes, never per message:
 * before an entry that adds, after an entry that removes, so that it may overstate and never understate.
 */
export interface MembershipIndex {
  /**
   * Notes that the accounts are, or are about to be, members by an entry decided on version `basis` of the
   * conversation; re-opens an ended row. Repeating it, or an older basis on an open row, changes nothing else.
   */
  enter(conversation: ConversationId, accounts: readonly AccountId[], basis: Seq): Promise<void>;
  /**
   * Notes that the accounts' membership ended with entry `until`. A row that was entered on a basis of `until` or later
   * stays open, so that a late `leave` never hides a newer membership; of two ends the later one counts. Absent rows
   * stay absent.
   */
  leave(conversation: ConversationId, accounts: readonly AccountId[], until: Seq): Promise<void>;
  /**
   * Takes away the accounts' rows, open or ended, as if they had not been entered: for those who never became members. A
   * row that was entered on a basis of `before` or later stays, so that a late `forget` never hides a newer membership.
   */
  forget(conversation: ConversationId, accounts: readonly AccountId[], before: Seq): Promise<void>;

  /**
   * The conversations of an account, ended ones only with `ended`, ascending by id (by its characters' codes, whatever
   * the database's language), strictly after `after`.
   */
  conversationsOf(
    account: AccountId,
    page: {
      readonly after: ConversationId | null;
      readonly limit: number;
      readonly ended: boolean;
    },
  ): Promise<readonly ConversationId[]>;

  /** An account's rows, ended ones included, with a device's cursors; in the order and by the pages of `conversationsOf`. */
  memberships(
    device: DeviceRef,
    page: { readonly after: ConversationId | null; readonly limit: number },
  ): Promise<readonly Membership[]>;

  /** The rows of those accounts in a conversation, in any order. */
  rowsOf(
    conversation: ConversationId,
    accounts: readonly AccountId[],
  ): Promise<readonly IndexRow[]>;

  /**
   * The rows of all accounts, ended ones included, ascending by account and then by conversation (by their characters'
   * codes), strictly after `after`. Conversations that have no log are among them.
   */
  rows(page: {
    readonly after: RowPlace | null;
    readonly limit: number;
  }): Promise<readonly IndexRow[]>;
}

/** An index that also knows how far the logs got: one of the same store, or one composed with a log (`IndexOverLog`). */
export interface ConversationIndex extends MembershipIndex {
  /**
   * The conversations of an account that hold something which the device has not acknowledged, newest activity first,
   * equal instants by id; goes on after `after`. One query where index and log are one store.
   * A cursor of another incarnation is always listed, a conversation whose log has no entry never.
   */
  behind(
    who: { readonly account: AccountId; readonly device: DeviceId; readonly incarnation: number },
    page: {
      readonly after: {
        readonly activeAt: Timestamp;
        readonly conversation: ConversationId;
      } | null;
      readonly limit: number;
    },
  ): Promise<readonly Behind[]>;
}
