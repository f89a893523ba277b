import type {
  AccountId,
  Behind,
  ConversationId,
  ConversationIndex,
  DeviceId,
  DeviceRef,
  IndexRow,
  Membership,
  RowPlace,
  Seq,
  Timestamp,
} from '@sealpost/domain';
import type { Database } from './database.ts';
import { packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';

/** Accounts come sorted, so that concurrent calls lock their rows in one order. */
const ENTER = statement(
  'index.enter',
  `INSERT INTO memberships AS stored (account, conversation, basis)
  SELECT account, $1, $3 FROM unnest($2::text[]) AS account
  ON CONFLICT (account, conversation) DO UPDATE SET basis = greatest(stored.basis, excluded.basis), until = NULL
  WHERE stored.until IS NOT NULL OR stored.basis < excluded.basis`,
);

const LOCK_MEMBERS = statement(
  'index.lock_members',
  `SELECT FROM memberships WHERE conversation = $1 AND account = ANY ($2::text[]) ORDER BY account FOR UPDATE`,
);

const LEAVE = statement(
  'index.leave',
  `UPDATE memberships SET until = greatest(until, $3)
  WHERE conversation = $1 AND account = ANY ($2::text[]) AND basis < $3`,
);

const FORGET = statement(
  'index.forget',
  `DELETE FROM memberships WHERE conversation = $1 AND account = ANY ($2::text[]) AND basis < $3`,
);

const CONVERSATIONS_OF = statement<{ readonly conversation: string }>(
  'index.conversations_of',
  `SELECT conversation FROM memberships
  WHERE account = $1 AND conversation > $2 AND (until IS NULL OR $4) ORDER BY conversation LIMIT $3`,
);

/**
 * That of device $2 of account $1. One by one, side by side in their index: of a plain join the planner expects so few
 * that it may compare each with each conversation.
 */
const CURSOR = `LEFT JOIN LATERAL (
    SELECT delivered, incarnation FROM device_cursors
    WHERE device = $2 AND conversation = membership.conversation AND account = $1
    OFFSET 0
  ) AS cursor ON true`;

const MEMBERSHIPS = statement<{
  readonly conversation: string;
  readonly until: number | null;
  readonly delivered: number | null;
  readonly incarnation: number | null;
}>(
  'index.memberships',
  `SELECT membership.conversation, membership.until, cursor.delivered, cursor.incarnation
  FROM memberships AS membership
  ${CURSOR}
  WHERE membership.account = $1 AND membership.conversation > $3 ORDER BY membership.conversation LIMIT $4`,
);

const ROWS_OF = statement<IndexRow>(
  'index.rows_of',
  `SELECT account, conversation, basis, until FROM memberships
  WHERE conversation = $1 AND account = ANY ($2::text[])`,
);

const ROWS = statement<IndexRow>(
  'index.rows',
  `SELECT account, conversation, basis, until FROM memberships
  WHERE (account, conversation) > ($1, $2) ORDER BY account, conversation LIMIT $3`,
);

const ofLast = (column: 'loud' | 'accepted_at'): string =>
  `coalesce((SELECT ${column} FROM entries WHERE conversation = membership.conversation AND seq = membership.until), 0)`;

/**
 * A former member's last entry stands for the head, also when it was cut. It is looked up where it is needed only: as a
 * join it had the planner read the entries of everybody.
 */
const BEHIND = statement<{
  readonly conversation: string;
  readonly head: number;
  readonly loud: number;
  readonly active_at: number;
  readonly delivered: number;
  readonly incarnation: number;
}>(
  'index.behind',
  `SELECT * FROM (
    SELECT
      membership.conversation,
      least(membership.until, head.seq) AS head,
      CASE WHEN membership.until < head.seq THEN ${ofLast('loud')} ELSE head.loud END AS loud,
      CASE WHEN membership.until < head.seq THEN ${ofLast('accepted_at')} ELSE head.accepted_at END AS active_at,
      coalesce(cursor.delivered, 0) AS delivered,
      coalesce(cursor.incarnation, $3) AS incarnation
    FROM memberships AS membership
    JOIN heads AS head ON head.conversation = membership.conversation AND head.seq > 0
    ${CURSOR}
    WHERE membership.account = $1
  ) AS found
  WHERE (delivered < head OR incarnation <> $3)
    AND ($4::bigint IS NULL OR active_at < $4 OR (active_at = $4 AND conversation > $5))
  ORDER BY active_at DESC, conversation LIMIT $6`,
);

export class PostgresConversationIndex implements ConversationIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async enter(
    conversation: ConversationId,
    accounts: readonly AccountId[],
    basis: Seq,
  ): Promise<void> {
    await this.#database.rows(ENTER, [conversation, sorted(accounts), basis]);
  }

  async leave(
    conversation: ConversationId,
    accounts: readonly AccountId[],
    until: Seq,
  ): Promise<void> {
    await this.#database.transaction('index.leave', async (transaction) => {
      await transaction.rows(LOCK_MEMBERS, [conversation, sorted(accounts)]);
      await transaction.rows(LEAVE, [conversation, sorted(accounts), until]);
    });
  }

  async forget(
    conversation: ConversationId,
    accounts: readonly AccountId[],
    before: Seq,
  ): Promise<void> {
    await this.#database.transaction('index.forget', async (transaction) => {
      await transaction.rows(LOCK_MEMBERS, [conversation, sorted(accounts)]);
      await transaction.rows(FORGET, [conversation, sorted(accounts), before]);
    });
  }

  async conversationsOf(
    account: AccountId,
    page: {
      readonly after: ConversationId | null;
      readonly limit: number;
      readonly ended: boolean;
    },
  ): Promise<readonly ConversationId[]> {
    const rows = await this.#database.rows(CONVERSATIONS_OF, [
      account,
      page.after ?? '',
      page.limit,
      page.ended,
    ]);
    return rows.map(({ conversation }) => conversation);
  }

  async memberships(
    { account, device }: DeviceRef,
    page: { readonly after: ConversationId | null; readonly limit: number },
  ): Promise<readonly Membership[]> {
    const rows = await this.#database.rows(MEMBERSHIPS, [
      account,
      device,
      page.after ?? '',
      page.limit,
    ]);
    return rows.map(({ conversation, until, delivered, incarnation }) => ({
      conversation,
      until,
      cursor: delivered === null || incarnation === null ? null : { delivered, incarnation },
    }));
  }

  async rowsOf(
    conversation: ConversationId,
    accounts: readonly AccountId[],
  ): Promise<readonly IndexRow[]> {
    return this.#database.rows(ROWS_OF, [conversation, sorted(accounts)]);
  }

  async rows(page: {
    readonly after: RowPlace | null;
    readonly limit: number;
  }): Promise<readonly IndexRow[]> {
    const { account, conversation } = page.after ?? { account: '', conversation: '' };
    return this.#database.rows(ROWS, [account, conversation, page.limit]);
  }

  async behind(
    who: { readonly account: AccountId; readonly device: DeviceId; readonly incarnation: number },
    page: {
      readonly after: {
        readonly activeAt: Timestamp;
        readonly conversation: ConversationId;
      } | null;
      readonly limit: number;
    },
  ): Promise<readonly Behind[]> {
    const { activeAt, conversation } = page.after ?? { activeAt: null, conversation: null };
    const rows = await this.#database.rows(BEHIND, [
      who.account,
      who.device,
      who.incarnation,
      activeAt,
      conversation,
      page.limit,
    ]);
    return rows.map(({ active_at: at, ...row }) => ({ ...row, activeAt: at }));
  }
}

const sorted = (accounts: readonly AccountId[]): Buffer => packTexts([...new Set(accounts)].sort());
