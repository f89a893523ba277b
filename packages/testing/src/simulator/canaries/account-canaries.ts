import type { Append, ClaimedBundle, Part, Stock } from '@sealpost/domain';
import { overriding } from '../../fixtures/overriding.ts';
import type { SharedStores } from '../server/shared-stores.ts';
import type { Canary } from './canary.ts';

/** Two who ask at once are shown the same bundle, and both take it away. */
const readThenDelete: Canary = {
  name: 'claim by read-then-delete',
  sabotage: {
    database: (right) => {
      let last: {
        readonly of: string;
        readonly at: number;
        readonly bundles: readonly ClaimedBundle[];
      };
      return {
        ...right,
        keys: overriding(right.keys, {
          claim: async (devices, suite, now) => {
            const of = JSON.stringify([devices, suite]);
            if (last?.of === of && now - last.at < 20) return last.bundles;
            const bundles = await right.keys.claim(devices, suite, now);
            last = { of, at: now, bundles };
            return bundles;
          },
        }),
      };
    },
  },
};

const nothingVoided: Canary = {
  name: 'one-time bundles that a restore brings back',
  sabotage: {
    database: (right) => ({
      ...right,
      keys: overriding(right.keys, { voidOneTime: () => Promise.resolve(1) }),
    }),
  },
};

const noLastResort: Canary = {
  name: 'last-resort bundle withheld',
  sabotage: {
    stores: (right) => ({
      ...right,
      keys: overriding(right.keys, {
        claim: async (...given) =>
          (await right.keys.claim(...given)).filter(({ lastResort }) => !lastResort),
      }),
    }),
  },
};

const plenty = (stock: Stock): Stock => ({ ...stock, oneTime: 100, lastResort: 'fresh' });

const stockUntold: Canary = {
  name: 'stock that is not told',
  sabotage: {
    stores: (right) => ({
      ...right,
      keys: overriding(right.keys, {
        stock: async (...given) => plenty(await right.keys.stock(...given)),
      }),
    }),
  },
};

const claimsUntold: Canary = {
  name: 'claim that its device is not told of',
  sabotage: {
    fanOut: (right) =>
      overriding(right, {
        announce: (notice) => {
          if (notice.kind !== 'stock_changed') right.announce(notice);
        },
      }),
  },
};

const withoutRevocations = (stores: SharedStores): SharedStores => ({
  ...stores,
  sessions: overriding(stores.sessions, { revokedSince: () => Promise.resolve([]) }),
});

const revocationUnread: Canary = {
  name: 'revocation that other processes do not learn',
  sabotage: {
    stores: withoutRevocations,
    fanOut: (right) =>
      overriding(right, {
        announce: (notice) => {
          if (notice.kind !== 'sessions_revoked') right.announce(notice);
        },
      }),
  },
};

/** A device whose answer was lost shows the same token once more. */
const renewedOnce: Canary = {
  name: 'session ended when its renewal is asked for again',
  sabotage: {
    database: (right) => {
      const shown = new Set<string>();
      return {
        ...right,
        sessions: overriding(right.sessions, {
          rotate: async (rotation) => {
            const outcome = await right.sessions.rotate(rotation);
            const token = rotation.presented.join();
            if (outcome.code !== 'rotated' || !shown.has(token)) {
              shown.add(token);
              return outcome;
            }
            await right.sessions.revoke([outcome.session.id], rotation.now);
            return { code: 'reused', session: outcome.session };
          },
        }),
      };
    },
  },
};

/** What is for the devices that come in goes to the one that lets them in. */
const misdirected = ({ draft, parts }: Append): readonly Part[] =>
  parts.map((part) =>
    typeof part.audience === 'string' ? part : { ...part, audience: [draft.sender.device] },
  );

const wrongWelcome: Canary = {
  name: 'Welcome delivered to the wrong device',
  sabotage: {
    stores: (right) => ({
      ...right,
      log: overriding(right.log, {
        append: (batch) =>
          right.log.append(batch.map((item) => ({ ...item, parts: misdirected(item) }))),
      }),
    }),
  },
};

/** A message for keys of before is taken for one for the keys of now. */
const epochOverlooked: Canary = {
  name: 'message accepted for an epoch that is over',
  sabotage: {
    useCases: (right, { stores }) => ({
      ...right,
      appendEntry: overriding(right.appendEntry, {
        execute: async (command) => {
          if (command.kind !== 'message') return right.appendEntry.execute(command);
          const known = await stores.log.load(command.conversation);
          const change = known?.changes.at(-1);
          const { generation, epoch } = change ?? command;
          return right.appendEntry.execute({ ...command, generation, epoch });
        },
      }),
    }),
  },
};

/** What a process remembers is taken for what is stored, and devices heal what was not ill. */
const staleByMistake: Canary = {
  name: 'message refused for keys that are in force',
  sabotage: {
    useCases: (right, { dice }) => ({
      ...right,
      appendEntry: overriding(right.appendEntry, {
        execute: async (command) => {
          if (command.kind !== 'message' || !dice.perMille(20))
            return right.appendEntry.execute(command);
          const { generation, epoch } = command;
          return { ok: false, error: { code: 'stale_epoch', generation, epoch, head: 0 } };
        },
      }),
    }),
  },
};

const noRetryTime: Canary = {
  name: 'turned away without a time to come again',
  sabotage: {
    useCases: (right) => ({
      ...right,
      appendEntry: overriding(right.appendEntry, {
        execute: async (command) => {
          const outcome = await right.appendEntry.execute(command);
          if (outcome.ok || outcome.error.code !== 'too_soon') return outcome;
          return { ok: false, error: { code: 'too_soon' } as typeof outcome.error };
        },
      }),
    }),
  },
};

const answerNeverComes: Canary = {
  name: 'process that waits for ever for an answer of its own',
  sabotage: {
    useCases: (right, { dice }) => ({
      ...right,
      moveCursors: overriding(right.moveCursors, {
        execute: async (...given) => {
          await right.moveCursors.execute(...given);
          if (dice.perMille(200)) await new Promise(() => undefined);
        },
      }),
    }),
  },
};

export const accountCanaries: readonly Canary[] = [
  readThenDelete,
  nothingVoided,
  noLastResort,
  stockUntold,
  claimsUntold,
  revocationUnread,
  renewedOnce,
  wrongWelcome,
  epochOverlooked,
  staleByMistake,
  noRetryTime,
  answerNeverComes,
];
