import type { AccountCursor, CursorMove, CursorStore, Entry, CursorPlace } from '@sealpost/domain';
import { overriding } from '../../fixtures/overriding.ts';
import type { SharedStores } from '../server/shared-stores.ts';
import type { Canary } from './canary.ts';

const withoutSweep = (stores: SharedStores): SharedStores => ({
  ...stores,
  log: overriding(stores.log, { movedSince: () => Promise.resolve(new Map()) }),
});

const noPull: Canary = {
  name: 'fan-out without pull',
  sabotage: { stores: withoutSweep },
};

/** Now and then a hint is lost, and heads are compared as of before the last entry. */
const lastHintLost: Canary = {
  name: 'last hint lost',
  sabotage: {
    fanOut: (right) => {
      let hints = 0;
      return overriding(right, {
        publish: (hint) => {
          hints += 1;
          if (hints % 3 > 0) right.publish(hint);
        },
      });
    },
    stores: (right) => ({
      ...right,
      log: overriding(right.log, {
        movedSince: async (...given) => {
          const heads = await right.log.movedSince(...given);
          return new Map([...heads].map(([id, head]) => [id, { ...head, seq: head.seq - 1 }]));
        },
      }),
    }),
  },
};

const hintWithoutVersion: Canary = {
  name: 'hint without the version that it needs',
  sabotage: {
    fanOut: (right) =>
      overriding(right, {
        publish: (hint) => {
          // The state of before the change decides who is given what follows.
          const entries = hint.entries?.map((entry): Entry => ({ ...entry, change: null })) ?? null;
          right.publish({ ...hint, version: 0, entries });
        },
      }),
  },
};

/** What the connection that sent it takes from its answer is left out for the account's other devices too. */
const echoSkippedForAll: Canary = {
  name: 'own messages pushed to no device of their sender',
  sabotage: {
    connections: (right) =>
      overriding(right, {
        pushEntries: (push) => {
          const [first] = push.entries;
          const one = push.entries.every(({ sender }) => sender.account === first?.sender.account);
          const isOwn = one && first?.kind === 'message';
          const to = push.to.filter((account) => !isOwn || account !== first.sender.account);
          right.pushEntries({ ...push, to });
        },
      }),
  },
};

const silentGap: Canary = {
  name: 'gap that is not announced',
  sabotage: {
    useCases: (right) => ({
      ...right,
      readLog: overriding(right.readLog, {
        execute: async (...given) => {
          const outcome = await right.readLog.execute(...given);
          return outcome.ok ? { ok: true, value: { ...outcome.value, gaps: [] } } : outcome;
        },
      }),
    }),
  },
};

const firstPageOnly: Canary = {
  name: 'only the first page of what waits',
  sabotage: {
    useCases: (right) => ({
      ...right,
      discover: overriding(right.discover, {
        page: async (device, after) => ({
          ...(await right.discover.page(device, after)),
          next: null,
        }),
      }),
    }),
  },
};

/** The values that were told last, whatever was told before. */
class LastValues implements CursorStore {
  readonly #right: CursorStore;
  readonly #told = new Map<string, AccountCursor>();

  constructor(right: CursorStore) {
    this.#right = right;
  }

  async move(moves: readonly CursorMove[]): ReturnType<CursorStore['move']> {
    for (const { conversation, account, delivered, read = 0, shown = 0 } of moves)
      if (delivered !== undefined)
        this.#told.set(`${conversation} ${account}`, { account, delivered, read, shown });
    return this.#right.move(moves);
  }

  ofConversation(
    conversation: string,
    accounts: readonly string[],
  ): Promise<readonly AccountCursor[]> {
    const told = accounts.flatMap((account) => {
      const cursor = this.#told.get(`${conversation} ${account}`);
      return cursor ? [cursor] : [];
    });
    return Promise.resolve(told);
  }

  async ofAccounts(places: readonly CursorPlace[]): ReturnType<CursorStore['ofAccounts']> {
    const told = places.map(async ({ conversation, account }) =>
      (await this.ofConversation(conversation, [account])).map((cursor) => ({
        conversation,
        ...cursor,
      })),
    );
    return (await Promise.all(told)).flat();
  }

  ofDevice: CursorStore['ofDevice'] = (...given) => this.#right.ofDevice(...given);
}

const cursorGoesBack: Canary = {
  name: 'cursor that may go back',
  sabotage: {
    database: (right) => ({ ...right, cursors: new LastValues(right.cursors) }),
  },
};

const presenceForEver: Canary = {
  name: 'presence that never ends',
  sabotage: {
    stores: (right) => ({
      ...right,
      presence: overriding(right.presence, {
        hold: (process, turn) =>
          right.presence.hold(process, { ...turn, leaseMs: 10 * turn.leaseMs, ended: [] }),
      }),
    }),
  },
};

export const deliveryCanaries: readonly Canary[] = [
  noPull,
  lastHintLost,
  hintWithoutVersion,
  echoSkippedForAll,
  silentGap,
  firstPageOnly,
  cursorGoesBack,
  presenceForEver,
];
