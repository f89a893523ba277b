import type { CachedLog } from '../log/cached-log.ts';
import type { Behind, ConversationIndex } from '../log/conversation-index.port.ts';
import { endFor } from '../log/window.ts';
import type { AccountId, ConversationId, DeviceRef, Seq, Timestamp } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';

export type DiscoveryPosition = {
  readonly activeAt: Timestamp;
  readonly conversation: ConversationId;
};

export interface DiscoveryPage {
  readonly conversations: readonly Behind[];
  /** Null after the last page. */
  readonly next: DiscoveryPosition | null;
}

/** Tells a device which logs go on beyond what it has: those only, new conversations included, newest activity first. */
export class Discover {
  readonly #index: ConversationIndex;
  readonly #log: CachedLog;
  readonly #incarnation: () => number;
  readonly #limits: Limits;

  constructor(index: ConversationIndex, log: CachedLog, incarnation: () => number, limits: Limits) {
    this.#index = index;
    this.#log = log;
    this.#incarnation = incarnation;
    this.#limits = limits;
  }

  async page(device: DeviceRef, after: DiscoveryPosition | null): Promise<DiscoveryPage> {
    const limit = this.#limits.discoveryPage;
    const who = { ...device, incarnation: this.#incarnation() };
    const rows = await this.#index.behind(who, { after, limit });
    if (rows.length === 0) return { conversations: [], next: null };
    // What this process remembers may be of before somebody left.
    const heads = await this.#log.heads(rows.map(({ conversation }) => conversation));
    for (const [conversation, { version }] of heads) this.#log.expect(conversation, version);
    const checked = await Promise.all(rows.map((row) => this.#checked(row, device.account)));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      conversations: checked.filter((row) => row !== null),
      next: last ? { activeAt: last.activeAt, conversation: last.conversation } : null,
    };
  }

  /** The index may overstate: what it says is held against the log. Null: nothing there is the account's and new. */
  async #checked(row: Behind, account: AccountId): Promise<Behind | null> {
    let end = await this.#endOf(row.conversation, account);
    if (end === null || end < row.head) {
      this.#log.forget(row.conversation);
      end = await this.#endOf(row.conversation, account);
    }
    if (end === null || end >= row.head) return end === null ? null : row;
    return this.#asOfEnd(row, account, end);
  }

  /** For a row that was not closed when its account left: a former member is told nothing of what came later. */
  async #asOfEnd(row: Behind, account: AccountId, end: Seq): Promise<Behind | null> {
    const { conversation, delivered } = row;
    await this.#index.leave(conversation, [account], end);
    const isNew = delivered < end || row.incarnation !== this.#incarnation();
    if (!isNew) return null;
    const entry = await this.#log.entry(conversation, end);
    return { ...row, head: end, loud: entry?.loud ?? 0, activeAt: entry?.acceptedAt ?? 0 };
  }

  /** Where the account's part of the log ends: Infinity while it is a member, null when it never was. */
  async #endOf(conversation: ConversationId, account: AccountId): Promise<Seq | null> {
    const known = await this.#log.state(conversation);
    return known && endFor(known.state, account, Infinity);
  }
}
