import {
  aCommit,
  aFault,
  aFounding,
  anExternalJoin,
  overriding,
  TestDeployment,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { WorkRosterTasks } from '../account/work-roster-tasks.ts';
import type { Command } from '../conversation/command.ts';
import { keyedDevices, roleOf } from '../conversation/conversation.ts';
import type { DeviceRef } from '../shared/ids.ts';
import { clockDifferenceMs } from '../shared/clock-difference.ts';
import type { ConversationIndex } from './conversation-index.port.ts';
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
  it('lets no revoked device into the keys: the entry is decided anew, and refused (G6)', async () => {
    const { deployment, ann, bob, during } = await aWorld();
    const state = await deployment.group(ann, [bob]);
    for (const command of [
      (device: DeviceRef) => aCommit(state, ann, { addDevices: [device] }),
      (device: DeviceRef) => anExternalJoin(state, device),
    ]) {
      const second = await deployment.deviceOf(bob);
      const result = await during(command(second), () =>
        deployment.stores.devices.revoke(second.device, { now: 0, taskId: second.device }),
      );
      expect(result).toEqual({
        ok: false,
        error: { code: 'devices_unusable', devices: [second] },
      });
      expect(keyedDevices(await deployment.state(state.id))).not.toContainEqual(second);
    }
  });

  it('tells a conversation nothing of a device that was never certified', async () => {
    const { deployment, ann, bob, worker } = await aWorld();
    const { devices } = deployment.stores;
    const state = await deployment.group(ann, [bob]);
    await devices.enrol({ id: 'fresh', account: bob.account, name: 'fresh', now: 1 }, 3);
    await devices.revoke('fresh', { now: 2, taskId: 'task' });
    expect(await worker.run()).toBe(1);
    expect(await deployment.entries(state.id)).toHaveLength(1);
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

  it('is found in a conversation whose founder was revoked and heard no answer (G6)', async () => {
    const { deployment, ann, bob, worker } = await aWorld();
    const { stores, time } = deployment;
    const second = await deployment.deviceOf(bob);
    const founding = aFounding('group', second, { members: [member(ann.account)], devices: [ann] });
    const log = overriding<ConversationLog>(stores.log, {
      append: async (batch) => {
        await stores.devices.revoke(second.device, { now: time.now(), taskId: 'task' });
        expect(await worker.run()).toBe(0);
        await stores.log.append(batch);
        throw aFault();
      },
    });
    await expect(deployment.process({ log }).append.execute(founding)).rejects.toThrow('injected');
    expect(await worker.run()).toBe(1);
    expect((await deployment.state(founding.conversation)).owed).toEqual(new Set([second.device]));
  });

  it('is not waited for where nothing came of what was decided', async () => {
    const { deployment, bob, worker } = await aWorld();
    const { stores, time } = deployment;
    await stores.index.enter('nowhere', [bob.account], 0);
    await stores.devices.revoke(bob.device, { now: time.now(), taskId: 'task' });
    expect(await worker.run()).toBe(0);
    await time.advance(clockDifferenceMs);
    expect(await worker.run()).toBe(1);
  });

  it('is seen also when it comes before the conversation is listed as one of the account (G6)', async () => {
    const { deployment, ann, bob } = await aWorld();
    const { index, devices } = deployment.stores;
    const founding = aFounding('group', ann, { members: [member(bob.account)], devices: [bob] });
    const late = overriding<ConversationIndex>(index, {
      enter: async (...given) => {
        await devices.revoke(bob.device, { now: 0, taskId: 'task' });
        await index.enter(...given);
      },
    });
    expect(await deployment.process({ index: late }).append.execute(founding)).toEqual({
      ok: false,
      error: { code: 'devices_unusable', devices: [bob] },
    });
    expect(await devices.rosterTasks(10)).toEqual([]);
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
    const second = await deployment.deviceOf(bob);
    const founding = aFounding('group', ann, {
      members: [member(bob.account)],
      devices: [bob, second],
    });
    await during(founding, () =>
      deployment.stores.devices.revoke(second.device, { now: 0, taskId: 'task' }),
    );
    const entries = await deployment.entries(founding.conversation);
    expect(entries.map(({ kind }) => kind)).toEqual(['created', 'roster']);
    expect((await deployment.process().append.execute(founding)).ok).toBe(true);
    await worker.run();
    expect(await deployment.entries(founding.conversation)).toEqual(entries);
    expect(keyedDevices(await deployment.state(founding.conversation))).toContainEqual(second);
  });
});
