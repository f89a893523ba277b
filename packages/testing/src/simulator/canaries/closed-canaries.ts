import type { Entry } from '@sealpost/domain';
import { overriding } from '../../fixtures/overriding.ts';
import type { Canary } from './canary.ts';

const pushedToFormerMembers: Canary = {
  name: 'entry visible to a member removed before it',
  sabotage: {
    connections: (right) =>
      overriding(right, {
        pushEntries: (push) => right.pushEntries({ ...push, to: [...right.accounts()] }),
      }),
  },
};

const everything = { entries: 1_000, bytes: 1 << 30 };

const pageOfAll: Canary = {
  name: 'delivery to an account after its removal',
  sabotage: {
    useCases: (right, { stores }) => ({
      ...right,
      readLog: overriding(right.readLog, {
        execute: async (conversation, reader, cursor, wanted) => {
          const outcome = await right.readLog.execute(conversation, reader, cursor, wanted);
          const page = await stores.log.page(conversation, cursor.seq, everything);
          if (!outcome.ok || !page) return outcome;
          const next = page.entries.at(-1)?.seq ?? cursor.seq;
          const value = { ...outcome.value, entries: page.entries, gaps: [], next };
          return { ok: true, value: { ...value, head: page.head.seq } };
        },
      }),
    }),
  },
};

const windowIgnored: Canary = {
  name: 'device window ignored',
  sabotage: {
    useCases: (right, { stores }) => ({
      ...right,
      readLog: overriding(right.readLog, {
        execute: async (conversation, reader, cursor, wanted) => {
          const outcome = await right.readLog.execute(conversation, reader, cursor, wanted);
          if (!outcome.ok) return outcome;
          const [gap] = outcome.value.gaps;
          if (gap?.reason !== 'before_device') return outcome;
          const page = await stores.log.page(conversation, gap.from - 1, everything);
          const before = page?.entries.filter(({ seq }) => seq <= gap.to) ?? [];
          const gaps = outcome.value.gaps.slice(1);
          const entries = [...before, ...outcome.value.entries];
          return { ok: true, value: { ...outcome.value, entries, gaps } };
        },
      }),
    }),
  },
};

const openedUp = (entry: Entry): Entry => ({
  ...entry,
  parts: entry.parts.map((part) => ({ ...part, audience: 'all' })),
});

const partsOfOthers: Canary = {
  name: 'parts pushed to devices that they are not for',
  sabotage: {
    connections: (right) =>
      overriding(right, {
        pushEntries: (push) => right.pushEntries({ ...push, entries: push.entries.map(openedUp) }),
      }),
  },
};

const receiptsForAll: Canary = {
  name: 'receipts told to whoever is connected',
  sabotage: {
    connections: (right) =>
      overriding(right, {
        pushReceipts: (conversation, cursor) =>
          right.pushReceipts(conversation, cursor, [...right.accounts()]),
      }),
  },
};

/** What the index says is told as it stands there, as of the log's newest entry. */
const headOfNow: Canary = {
  name: 'heads told to former members',
  sabotage: {
    useCases: (right, { stores }) => ({
      ...right,
      discover: overriding(right.discover, {
        page: async (device, after) => {
          const page = await right.discover.page(device, after);
          const heads = await stores.log.heads(page.conversations.map((row) => row.conversation));
          const conversations = page.conversations.map((row) => {
            return { ...row, head: heads.get(row.conversation)?.seq ?? row.head };
          });
          return { ...page, conversations };
        },
      }),
    }),
  },
};

const joinedByAnybody: Canary = {
  name: 'what one joins by, told to whoever asks',
  sabotage: {
    useCases: (right, { stores }) => ({
      ...right,
      describeConversation: overriding(right.describeConversation, {
        joinInformation: async (conversation, asker) => {
          const outcome = await right.describeConversation.joinInformation(conversation, asker);
          const head = (await stores.log.heads([conversation])).get(conversation)?.seq;
          if (outcome.ok || head === undefined) return outcome;
          return { ok: true, value: { generation: 1, epoch: 1, head, bytes: null } };
        },
      }),
    }),
  },
};

const letInUnlinked: Canary = {
  name: 'device let in before it is linked',
  sabotage: {
    useCases: (right) => ({
      ...right,
      identifyCaller: overriding(right.identifyCaller, {
        execute: async (token) => {
          const claims = await right.identifyCaller.execute(token);
          return claims && { ...claims, certified: true };
        },
      }),
    }),
  },
};

export const closedCanaries: readonly Canary[] = [
  pushedToFormerMembers,
  pageOfAll,
  windowIgnored,
  partsOfOthers,
  receiptsForAll,
  headOfNow,
  joinedByAnybody,
  letInUnlinked,
];
