import type { RosterTask, UseCases } from '@sealpost/domain';
import { overriding } from '../../fixtures/overriding.ts';
import type { Canary } from './canary.ts';
import { withLog } from './with-log.ts';

/** All changes seem to be of long ago. */
const noRoom: Canary = {
  name: 'changes of keys that leave no room',
  sabotage: {
    stores: (right) =>
      withLog(right, (log) => ({
        load: async (...given) => {
          const loaded = await log.load(...given);
          const changes = loaded?.changes.map((entry) => ({ ...entry, acceptedAt: 0 })) ?? [];
          return loaded && { ...loaded, changes };
        },
      })),
  },
};

const revokedLetIn: Canary = {
  name: 'revoked device let into the keys',
  sabotage: {
    stores: (right) => ({
      ...right,
      devices: overriding(right.devices, {
        certified: (accounts) => right.devices.everCertified(accounts),
      }),
    }),
  },
};

/** A device that is revoked is looked for once, where it is at that moment, and by nobody who sends a change again. */
const lookedForOnce: Canary = {
  name: 'revocation that waits for nothing that is on its way',
  sabotage: {
    stores: (right) => ({
      ...withLog(right, (log) => ({
        find: async (...given) => {
          const entry = await log.find(...given);
          return entry && { ...entry, change: null };
        },
      })),
      devices: overriding(right.devices, {
        rosterTasks: async (limit) => {
          const tasks = await right.devices.rosterTasks(limit);
          const heads = await right.log.heads(tasks.map(({ conversation }) => conversation));
          const isThere = ({ conversation }: RosterTask): boolean => heads.has(conversation);
          for (const task of tasks) if (!isThere(task)) await right.devices.rosterTaskDone(task);
          return tasks.filter(isThere);
        },
      }),
    }),
  },
};

const pastReports: Canary = {
  name: 'cursors of a past incarnation that move',
  sabotage: {
    useCases: (right, { stores }) => ({
      ...right,
      moveCursors: overriding(right.moveCursors, {
        execute: async (device, reports) => {
          await right.moveCursors.execute(device, reports);
          const past = reports.filter(({ incarnation }) => incarnation < right.incarnation());
          if (past.length === 0) return;
          const heads = await stores.log.heads(past.map(({ conversation }) => conversation));
          const moves = past.flatMap(({ conversation, incarnation }) => {
            const { seq } = heads.get(conversation) ?? { seq: 0 };
            const reached = { delivered: seq, read: seq };
            return seq > 0 ? [{ ...device, conversation, incarnation, ...reached }] : [];
          });
          await stores.cursors.move(moves);
        },
      }),
    }),
  },
};

/** Who was told once is told again, a member or not. */
const toldFromMemory: Canary = {
  name: 'presence told to whoever was a member',
  sabotage: {
    useCases: (right) => {
      const told = new Map<string, Awaited<ReturnType<UseCases['sharePresence']['online']>>>();
      return {
        ...right,
        sharePresence: overriding(right.sharePresence, {
          online: async (conversation, asker) => {
            const outcome = await right.sharePresence.online(conversation, asker);
            const of = `${conversation} ${asker}`;
            if (outcome.ok) told.set(of, outcome);
            return told.get(of) ?? outcome;
          },
        }),
      };
    },
  },
};

const lateEnd: Canary = {
  name: 'late end of a connection that ends the one after it',
  sabotage: {
    useCases: (right) => {
      const newest = new Map<string, number>();
      const { holdConnections } = right;
      return {
        ...right,
        holdConnections: overriding(holdConnections, {
          opened: (ref) => {
            const serial = holdConnections.opened(ref);
            newest.set(ref.device, serial);
            return serial;
          },
          ended: (ref, serial) => holdConnections.ended(ref, newest.get(ref.device) ?? serial),
        }),
      };
    },
  },
};

/** What comes too late, too often, or of a time that is over. */
export const lateCanaries: readonly Canary[] = [
  noRoom,
  revokedLetIn,
  lookedForOnce,
  pastReports,
  toldFromMemory,
  lateEnd,
];
