import type { CachedLog } from '../log/cached-log.ts';
import type { Behind, ConversationIndex } from '../log/conversation-index.port.ts';
import { stateOf } from '../log/loaded-state.ts';
import type { ConversationId, DeviceRef, Timestamp } from '../shared/ids.ts';
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
    const rows = await this.#index.behind(
      { ...device, incarnation: this.#incarnation() },
      { after, limit },
    );
    const theirs = await Promise.all(
      rows.map((row) => this.#wasMember(row.conversation, device.account)),
    );
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      conversations: rows.filter((_, index) => theirs[index]),
      next: last ? { activeAt: last.activeAt, conversation: last.conversation } : null,
    };
  }

  /** The index may overstate: what it says is held against the log. */
  async #wasMember(conversation: ConversationId, account: string): Promise<boolean> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const loaded = await this.#log.load(conversation);
      if (loaded && stateOf(loaded).members.has(account)) return true;
      this.#log.forget(conversation);
    }
    return false;
  }
}
