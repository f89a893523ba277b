import type { Clock } from '../shared/clock.port.ts';
import type { AccountId } from '../shared/ids.ts';
import { Recent } from '../shared/recent.ts';
import type { Soon } from '../shared/soon.ts';
import type { AccountStore } from './account-store.port.ts';

const rememberedMs = 2_000;
/** An answer as old as this serves, and is asked for anew meanwhile: who sends all the time never waits for it. */
const ageingMs = 1_500;
const pairs = 50_000;

interface Answer {
  readonly refuses: boolean;
  readonly at: number;
  /** Asked for anew: once, whatever becomes of it. */
  renewed: boolean;
}

/**
 * Whether an account takes nothing from another, asked of the store about once in two seconds for each pair: for what
 * happens so often that a query each time would cost more than it. So long a new block, or its end, may go unseen.
 */
export class RememberedRefusing {
  readonly #accounts: Pick<AccountStore, 'refusing'>;
  readonly #clock: Clock;
  readonly #answers = new Recent<string, Answer>(pairs);

  constructor(accounts: Pick<AccountStore, 'refusing'>, clock: Clock) {
    this.#accounts = accounts;
    this.#clock = clock;
  }

  /** Those of `owners` that take nothing from `account`. */
  refusing(account: AccountId, owners: readonly AccountId[]): Soon<readonly AccountId[]> {
    const at = this.#clock.monotonic();
    const refusing: AccountId[] = [];
    const unknown: AccountId[] = [];
    const ageing: AccountId[] = [];
    for (const owner of owners) {
      const answer = this.#answers.get(keyOf(account, owner));
      if (!answer || at - answer.at >= rememberedMs) {
        unknown.push(owner);
        continue;
      }
      if (answer.refuses) refusing.push(owner);
      if (answer.renewed || at - answer.at < ageingMs) continue;
      answer.renewed = true;
      ageing.push(owner);
    }
    // Who asks when the answer is too old hears of a fault.
    if (ageing.length > 0) void this.#ask(account, ageing, at).catch(() => undefined);
    if (unknown.length === 0) return refusing;
    return this.#ask(account, unknown, at).then((asked) => [...refusing, ...asked]);
  }

  async #ask(
    account: AccountId,
    owners: readonly AccountId[],
    at: number,
  ): Promise<readonly AccountId[]> {
    const found = new Set(await this.#accounts.refusing(account, owners));
    for (const owner of owners)
      this.#answers.set(keyOf(account, owner), { refuses: found.has(owner), at, renewed: false });
    return owners.filter((owner) => found.has(owner));
  }
}

/** Ids hold no space. */
const keyOf = (account: AccountId, owner: AccountId): string => `${account} ${owner}`;
