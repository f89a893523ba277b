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
import { AccountCursors } from './account-cursors.ts';
import type { MemoryState } from './memory-state.ts';

export class MemoryCursorStore implements CursorStore {
  readonly #state: MemoryState;
  constructor(state: MemoryState) {
    this.#state = state;
  }

  async move(moves: readonly CursorMove[]): Promise<readonly CursorPlace[]> {
    this.#state.ensureOpen('move');
    const byPlace = Map.groupBy(moves, ({ conversation, account }) =>
      JSON.stringify([conversation, account]),
    );
    const rose: CursorPlace[] = [];
    for (const together of byPlace.values()) {
      const place = together[0];
      if (place && this.#move(place, together)) {
        rose.push({ conversation: place.conversation, account: place.account });
      }
    }
    return rose;
  }

  async ofConversation(
    conversation: ConversationId,
    accounts: readonly AccountId[],
  ): Promise<readonly AccountCursor[]> {
    this.#state.ensureOpen('ofConversation');
    const stored = this.#state.cursors.get(conversation);
    return accounts.flatMap((account) => {
      const cursors = stored?.get(account);
      return cursors ? [{ account, ...cursors.values() }] : [];
    });
  }

  async ofAccounts(
    places: readonly CursorPlace[],
  ): Promise<readonly (CursorPlace & AccountCursor)[]> {
    this.#state.ensureOpen('ofAccounts');
    return places.flatMap(({ conversation, account }) => {
      const cursors = this.#state.cursors.get(conversation)?.get(account);
      return cursors ? [{ conversation, account, ...cursors.values() }] : [];
    });
  }

  async ofDevice(
    conversation: ConversationId,
    account: AccountId,
    device: DeviceId,
  ): Promise<DeviceCursor | null> {
    this.#state.ensureOpen('ofDevice');
    const cursors = this.#state.cursors.get(conversation)?.get(account);
    const stored = cursors?.devices.get(device);
    if (!cursors || !stored) return null;
    const read = stored.incarnation === cursors.incarnation ? cursors.read : 0;
    return { device, ...stored, read };
  }

  /** Whether a value rose, or began in a new incarnation. */
  #move({ conversation, account }: CursorPlace, moves: readonly CursorMove[]): boolean {
    const inConversation =
      this.#state.cursors.get(conversation) ?? new Map<AccountId, AccountCursors>();
    const cursors = inConversation.get(account) ?? new AccountCursors();
    this.#state.cursors.set(conversation, inConversation.set(account, cursors));
    const { incarnation } = cursors;
    const before = cursors.values();
    cursors.move(moves);
    const after = cursors.values();
    return (
      (incarnation > 0 && cursors.incarnation > incarnation) ||
      after.delivered > before.delivered ||
      after.read > before.read ||
      after.shown > before.shown
    );
  }
}
