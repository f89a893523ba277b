import type { Append, AppendOutcome, ConversationLog, Entry } from '@sealpost/domain';
import { overriding } from '../../fixtures/overriding.ts';
import type { SharedStores } from '../server/shared-stores.ts';
import type { Canary } from './canary.ts';
import { withLog } from './with-log.ts';

/** What the log would answer if it did what it was asked. */
async function promised(log: ConversationLog, batch: readonly Append[]): Promise<AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (const { draft, now } of batch) {
    const head = (await log.heads([draft.conversation])).get(draft.conversation);
    const loud = head?.loud ?? 0;
    outcomes.push({ code: 'appended', seq: (head?.seq ?? 0) + 1, acceptedAt: now, loud });
  }
  return outcomes;
}

const acknowledgeBeforeCommit: Canary = {
  name: 'acknowledged before it is committed',
  sabotage: {
    stores: (right, { dice }) =>
      withLog(right, (log) => ({
        append: async (batch) => {
          if (!dice.perMille(50)) return log.append(batch);
          const outcomes = await promised(log, batch);
          void log.append(batch).catch(() => undefined);
          return outcomes;
        },
      })),
  },
};

const sequenceFromMemory: Canary = {
  name: 'sequence numbers from memory',
  sabotage: {
    stores: (right) => {
      const counted = new Map<string, number>();
      return withLog(right, (log) => ({
        append: async (batch) => {
          const outcomes = await log.append(batch);
          return outcomes.map((outcome, index) => {
            const conversation = batch[index]?.draft.conversation ?? '';
            if (outcome.code !== 'appended') return outcome;
            const seq = (counted.get(conversation) ?? outcome.seq - 1) + 1;
            counted.set(conversation, seq);
            return { ...outcome, seq };
          });
        },
      }));
    },
  },
};

const conditionSkipped: Canary = {
  name: 'append condition skipped',
  sabotage: {
    database: (right) =>
      withLog(right, (log) => ({
        append: async (batch) => {
          const ids = batch.map(({ draft }) => draft.conversation);
          const heads = await log.heads(ids);
          return log.append(
            batch.map((item) => ({
              ...item,
              basis: heads.get(item.draft.conversation)?.version ?? 0,
            })),
          );
        },
      })),
  },
};

const again = '~';
const first = <E extends { readonly clientId: string }>(entry: E): E => ({
  ...entry,
  clientId: entry.clientId.split(again)[0] ?? '',
});

/** A log that takes what was sent again for new where it should know it. */
const forgetful =
  (forgets: (log: ConversationLog, conversation: string) => Promise<boolean>) =>
  (right: SharedStores): SharedStores => {
    let twins = 0;
    return withLog(right, (log) => ({
      append: async (batch) => {
        const items: Append[] = [];
        for (const item of batch) {
          const { conversation, sender, clientId, kind } = item.draft;
          const known = await log.find(conversation, sender.device, clientId);
          twins += 1;
          const twin = { ...item.draft, clientId: `${clientId}${again}${twins}` };
          const isNew = known && kind === 'message' && (await forgets(log, conversation));
          items.push(isNew ? { ...item, draft: twin } : item);
        }
        return log.append(items);
      },
      page: async (conversation, after, limit) => {
        const page = await log.page(conversation, after, limit);
        return page && { ...page, entries: page.entries.map(first<Entry>) };
      },
    }));
  };

/** A store that looked for the client id before it locked the head misses what was committed in between. */
const lookedUpBeforeTheLock: Canary = {
  name: 'client id looked up before the lock',
  sabotage: { database: forgetful(() => Promise.resolve(true)) },
};

const forgottenByCut: Canary = {
  name: 'client ids forgotten by a cut below them',
  sabotage: {
    database: forgetful(async (log, id) => ((await log.heads([id])).get(id)?.floor ?? 0) > 0),
  },
};

const indexAfterEntry: Canary = {
  name: 'index written after the entry',
  sabotage: {
    stores: (right) => {
      let late: (() => Promise<void>)[] = [];
      let owed: typeof late = [];
      const { index } = right;
      return {
        ...withLog(right, (log) => ({
          // With the next flush: until then it is only remembered.
          append: async (batch) => {
            const due = owed;
            [owed, late] = [late, []];
            for (const enter of due) await enter();
            return log.append(batch);
          },
        })),
        index: overriding(index, {
          enter: (...given) => {
            late.push(() => index.enter(...given));
            return Promise.resolve();
          },
        }),
      };
    },
  },
};

const cutTooMuch: Canary = {
  name: 'retention cuts what is newer',
  sabotage: {
    stores: (right) =>
      withLog(right, (log) => ({
        cut: async (cut) => {
          const head = (await log.heads([cut.conversation])).get(cut.conversation);
          return log.cut({ ...cut, floor: Math.max(cut.floor, (head?.seq ?? 0) - 1) });
        },
      })),
  },
};

const answeredByPrimary: Canary = {
  name: 'answered before a majority has it',
  sabotage: {
    replicatedLog: ({ log, onPrimary }) =>
      overriding(log, { append: (batch) => onPrimary.append(batch) }),
  },
};

/** What nobody may know of yet is pushed. */
const readFromPrimary: Canary = {
  name: 'read and pushed before a majority has it',
  sabotage: {
    replicatedLog: ({ log, onPrimary }) =>
      overriding(onPrimary, {
        append: (batch) => log.append(batch),
        saveSnapshot: (...given) => log.saveSnapshot(...given),
        markRestored: (incarnation) => log.markRestored(incarnation),
        cut: (cut) => log.cut(cut),
      }),
  },
};

export const logCanaries: readonly Canary[] = [
  acknowledgeBeforeCommit,
  sequenceFromMemory,
  conditionSkipped,
  lookedUpBeforeTheLock,
  forgottenByCut,
  answeredByPrimary,
  readFromPrimary,
  indexAfterEntry,
  cutTooMuch,
];
