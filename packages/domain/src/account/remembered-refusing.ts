import type { Clock } from '../shared/clock.port.ts';
import type { AccountId } from '../shared/ids.ts';
import { Recent } from '../shared/recent.ts';
import type { AccountStore } from './account-store.port.ts';

const rememberedMs = 2_000;
const pairs = 50_000;

/**
 * Whether an account takes nothing from another, asked of the store at most once in two seconds for each pair: for what
 * happens so often that a query each time would cost more than it. So long a new block, or its end, may go unseen.
 */
export class RememberedRefusing {
  readonly #accounts: Pick<AccountStore, 'refusing'>;
  readonly #clock: Clock;
  readonly #answers = new Recent<string, { readonly refuses: boolean; readonly at: number }>(pairs);

  constructor(accounts: Pick<AccountStore, 'refusing'>, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** Those of `owners` that take nothing from `account`. */
  async refusing(account: AccountId, owners: readonly AccountId[]): Promise<readonly AccountId[]> {
    const at = this.#clock.monotonic();
    const refusing: AccountId[] = [];
    const unknown: AccountId[] = [];
    for (const owner of owners) {
      const answer = this.#answers.get(keyOf(account, owner));
      if (!answer || at - answer.at >= rememberedMs) unknown.push(owner);
      else if (answer.refuses) refusing.push(owner);
    }
    if (unknown.length === 0) return refusing;
    const found = new Set(await this.#accounts.refusing(account, unknown));
    for (const owner of unknown) {
      const refuses = found.has(owner);
      this.#answers.set(keyOf(account, owner), { refuses, at });
      if (refuses) refusing.push(owner);
    }
    return refusing;
  }
}

/** Ids hold no space. */
const keyOf = (account: AccountId, owner: AccountId): string => `${account} ${owner}`;
