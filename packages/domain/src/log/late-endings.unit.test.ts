import { aCommit, aFounding, anExternalJoin, overriding, TestDeployment } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { WorkRosterTasks } from '../account/work-roster-tasks.ts';
import type { Command } from '../conversation/command.ts';
import { keyedDevices, roleOf } from '../conversation/conversation.ts';
import type { ConversationLog } from './conversation-log.port.ts';

const member = (account: string) => ({ account, role: 'member' as const });

/** A log before whose first append something else happens, to its end. */
function interrupted(log: ConversationLog, meanwhile: () => Promise<void>): ConversationLog {
  let first = true;
  return overriding(log, {
    append: async (batch) => {
      if (first) {
        first = false;
        await meanwhile();
      }
      return log.append(batch);
    },
  });
}

async function aWorld() {
  const deployment = new TestDeployment();
  const [ann, bob] = [await deployment.person(), await deployment.person()];
  const worker = new WorkRosterTasks(deployment.stores.devices, deployment.process().append);
  /** Runs a command in whose middle, between decision and entry, something else happens and is worked off. */
  const during = async (command: Command, meanwhile: () => Promise<unknown>) => {
    await deployment.time.advance(60_000);
    const log = interrupted(deployment.stores.log, async () => {
      await meanwhile();
      await worker.run();
    });
    return deployment.process({ log }).append.execute(command);
  };
  return { deployment, ann, bob, during, worker };
}

describe('an ending that comes between the decision to take somebody in and the entry', () => {
  it('leaves no revoked device in the keys unnoticed: it is owed at once', async () => {
    const { deployment, ann, bob, during } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    const second = await deployment.deviceOf(bob);
    const revoke = () =>
      deployment.stores.devices.revoke(second.device, { now: 0, taskId: 'task' });
    for (const command of [
      aCommit(state, ann, { addDevices: [second] }),
      anExternalJoin(state, second),
    ]) {
      const before = (await deployment.state(state.id)).epoch;
      const result = await during({ ...command, epoch: before }, revoke);
      // The second time the device is known to be revoked.
      expect(result.ok).toBe(before === 1);
      expect((await deployment.state(state.id)).owed).toEqual(new Set([second.device]));
    }
  });

  it('is found in a conversation that is founded meanwhile too', async () => {
    const { deployment, ann, bob, during } = await aWorld();
    const second = await deployment.deviceOf(bob);
    const founding = aFounding('group', ann, {
      members: [member(bob.account)],
      devices: [bob, second],
    });
    const result = await during(founding, () =>
      deployment.stores.devices.revoke(second.device, { now: 0, taskId: 'task' }),
    );
    expect(result.ok).toBe(true);
    expect((await deployment.state(founding.conversation)).owed).toEqual(new Set([second.device]));
  });

  it('leaves no deleted account a member', async () => {
    const { deployment, ann, bob, during } = await aWorld();
    const founding = aFounding('group', ann, { members: [member(bob.account)], devices: [bob] });
    const at = { now: 0, handleFreeAt: 0, taskId: 'task' };
    expect(
      (await during(founding, () => deployment.stores.accounts.delete(bob.account, at))).ok,
    ).toBe(true);
    const state = await deployment.state(founding.conversation);
    expect(roleOf(state, bob.account)).toBeNull();
    expect(state.owed).toEqual(new Set([bob.device]));
  });

  it('hands a group on when its founder is deleted while founding it', async () => {
    const { deployment, ann, bob, during } = await aWorld();
    const founding = aFounding('group', ann, { members: [member(bob.account)], devices: [bob] });
    const at = { now: 0, handleFreeAt: 0, taskId: 'task' };
    expect(
      (await during(founding, () => deployment.stores.accounts.delete(ann.account, at))).ok,
    ).toBe(true);
    const state = await deployment.state(founding.conversation);
    expect([roleOf(state, ann.account), roleOf(state, bob.account)]).toEqual([null, 'owner']);
  });

  it('is told once, also when the command is repeated and the worker comes again', async () => {
    const { deployment, ann, bob, during, worker } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    const second = await deployment.deviceOf(bob);
    const command = aCommit(state, ann, { addDevices: [second] });
    await during(command, () =>
      deployment.stores.devices.revoke(second.device, { now: 0, taskId: 'task' }),
    );
    const entries = await deployment.entries(state.id);
    expect(entries.map(({ kind }) => kind)).toEqual(['created', 'commit', 'roster']);
    expect((await deployment.process().append.execute(command)).ok).toBe(true);
    await worker.run();
    expect(await deployment.entries(state.id)).toEqual(entries);
    expect(keyedDevices(await deployment.state(state.id))).toContainEqual(second);
  });
});
