import type {
  AccountCursor,
  AccountId,
  ConversationId,
  CursorMove,
  CursorStore,
  DeviceCursor,
  DeviceId,
  CursorPlace,
} from '@sealpost/domain';
import { moveCursorsArguments } from './move-cursors.ts';
import type { Database } from './database.ts';
import { packTexts } from './packed-arrays.ts';
import { statement } from './statement.ts';

const MOVE = statement<{ readonly moved_conversation: string; readonly moved_account: string }>(
  'cursors.move',
  'SELECT * FROM move_cursors($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
);

const OF_CONVERSATION = statement<AccountCursor>(
  'cursors.of_conversation',
  `SELECT account, delivered, read, shown FROM account_cursors WHERE conversation = $1 AND account = ANY ($2::text[])`,
);

const OF_ACCOUNTS = statement<CursorPlace & AccountCursor>(
  'cursors.of_accounts',
  `SELECT place.conversation, place.account, stored.delivered, stored.read, stored.shown
  FROM unnest($1::text[], $2::text[]) AS place (conversation, account), LATERAL (
    SELECT delivered, read, shown FROM account_cursors
    WHERE conversation = place.conversation AND account = place.account
    OFFSET 0
  ) AS stored`,
);

const OF_DEVICE = statement<DeviceCursor>(
  'cursors.of_device',
  `SELECT mine.device, mine.incarnation, mine.delivered,
    CASE WHEN shared.incarnation = mine.incarnation THEN shared.read ELSE 0 END AS read
  FROM device_cursors AS mine JOIN account_cursors AS shared USING (conversation, account)
  WHERE conversation = $1 AND account = $2 AND mine.device = $3`,
);

export class PostgresCursorStore implements CursorStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async move(moves: readonly CursorMove[]): Promise<readonly CursorPlace[]> {
    if (moves.length === 0) return [];
    const rows = await this.#database.rows(MOVE, moveCursorsArguments(moves));
    return rows.map((row) => ({
      conversation: row.moved_conversation,
      account: row.moved_account,
    }));
  }

  async ofConversation(
    conversation: ConversationId,
    accounts: readonly AccountId[],
  ): Promise<readonly AccountCursor[]> {
    return this.#database.rows(OF_CONVERSATION, [conversation, packTexts(accounts)]);
  }

  async ofAccounts(
    places: readonly CursorPlace[],
  ): Promise<readonly (CursorPlace & AccountCursor)[]> {
    const conversations = packTexts(places.map(({ conversation }) => conversation));
    const accounts = packTexts(places.map(({ account }) => account));
    return this.#database.rows(OF_ACCOUNTS, [conversations, accounts]);
  }

  async ofDevice(
    conversation: ConversationId,
    account: AccountId,
    device: DeviceId,
  ): Promise<DeviceCursor | null> {
    const [cursor] = await this.#database.rows(OF_DEVICE, [conversation, account, device]);
    return cursor ?? null;
  }
}
