import { describe, expect } from 'vitest';
import type { RosterTask, Stores } from '@sealpost/domain';
import { aCertifiedDevice, aLinkedDevice } from '../../builders/account.ts';
import { aConversationId, anInstant, many } from '../../builders/ids.ts';
import { testsOf, type StoresSubject } from '../subject.ts';

/** Two devices of one account in three conversations, revoked one after the other. */
async function twoRevocations(stores: Stores): Promise<void> {
  const first = await aCertifiedDevice(stores);
  const second = await aLinkedDevice(stores, first);
  for (const conversation of many(3, aConversationId))
    await stores.index.enter(conversation, [first.account], 0);
  await stores.devices.revoke(second, { now: anInstant + 2, taskId: 'z first' });
  await stores.devices.revoke(first.device, { now: anInstant + 1, taskId: 'a second' });
}

const idsOf = (tasks: readonly RosterTask[]): string[] => tasks.map(({ id }) => id);

export function rosterTasks(subject: StoresSubject): void {
  const it = testsOf(subject);

  describe('the roster tasks', () => {
    it('come oldest first, at most as many as asked for', async ({ stores }) => {
      await twoRevocations(stores);
      const [old, young] = ['z first', 'a second'];
      expect(idsOf(await stores.devices.rosterTasks(10))).toEqual([
        old,
        old,
        old,
        young,
        young,
        young,
      ]);
      expect(idsOf(await stores.devices.rosterTasks(4))).toEqual([old, old, old, young]);
    });

    it('stay until they are done, each by itself', async ({ stores }) => {
      const { devices } = stores;
      await twoRevocations(stores);
      const [one, two, three, ...others] = await devices.rosterTasks(10);
      for (const task of [one, three]) if (task) await devices.rosterTaskDone(task);
      expect(await devices.rosterTasks(10)).toEqual([two, ...others]);
    });

    it('are done once, however often that is said', async ({ stores }) => {
      const { devices } = stores;
      await twoRevocations(stores);
      const tasks = await devices.rosterTasks(10);
      await Promise.all(
        many(16, (caller) =>
          Promise.all(tasks.slice(0, caller % 3).map((task) => devices.rosterTaskDone(task))),
        ),
      );
      expect(await devices.rosterTasks(10)).toEqual(tasks.slice(2));
      await Promise.all(tasks.map((task) => devices.rosterTaskDone(task)));
      expect(await devices.rosterTasks(10)).toEqual([]);
    });
  });
}
