import {
  aCommit,
  aFounding,
  aLeaving,
  Breaker,
  TestDeployment,
  testDigest,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import type { Command } from '../conversation/command.ts';
import { directId } from '../conversation/conversation-id.ts';
import type { ConversationState } from '../conversation/conversation.ts';
import { Discover } from '../delivery/discover.ts';
import type { DeviceRef } from '../shared/ids.ts';
import { defaultLimits } from '../shared/limits.ts';
import type { Behind } from './conversation-index.port.ts';
import { endFor } from './window.ts';

const member = (account: string) => ({ account, role: 'member' as const });

interface World {
  readonly deployment: TestDeployment;
  readonly people: readonly [DeviceRef, DeviceRef, DeviceRef];
}
async function aWorld(): Promise<World> {
  const deployment = new TestDeployment();
  const people = [
    await deployment.person(),
    await deployment.person(),
    await deployment.person(),
  ] as const;
  return { deployment, people };
}

/** What a process may be in the middle of when it breaks. */
const scenarios: Record<string, (world: World) => Promise<Command>> = {
  'founding a direct conversation': ({ people: [ann, bob] }) => {
    const conversation = directId(testDigest, ann.account, bob.account);
    return Promise.resolve(
      aFounding('direct', ann, { members: [member(bob.account)], devices: [bob], conversation }),
    );
  },
  'founding a group': ({ people: [ann, bob, cat] }) =>
    Promise.resolve(
      aFounding('group', ann, {
        members: [member(bob.account), member(cat.account)],
        devices: [bob],
      }),
    ),
  'adding a member': async ({ deployment, people: [ann, bob, cat] }) => {
    const state = await deployment.group(ann, [bob]);
    return aCommit(state, ann, { addMembers: [member(cat.account)], addDevices: [cat] });
  },
  'removing a member': async ({ deployment, people: [ann, bob, cat] }) => {
    const state = await deployment.group(ann, [bob, cat]);
    return aCommit(state, ann, { removeMembers: [cat.account], removeDevices: [cat] });
  },
  leaving: async ({ deployment, people: [ann, bob, cat] }) =>
    aLeaving(await deployment.group(ann, [bob, cat]), cat),
  'adding one who left before': async ({ deployment, people: [ann, bob, cat] }) => {
    const state = await deployment.group(ann, [bob, cat]);
    const left = await deployment.must(aLeaving(state, cat));
    return aCommit(left, ann, { addMembers: [member(cat.account)], removeDevices: [cat] });
  },
};

/** What each person's device is told by a process that has just started. */
async function discovered(
  { deployment, people }: World,
  conversation: string,
): Promise<(Behind | undefined)[]> {
  const { log } = deployment.process();
  const discover = new Discover(deployment.stores.index, log, () => 1, defaultLimits);
  const pages = await Promise.all(people.map((person) => discover.page(person, null)));
  return pages.map((page) => page.conversations.find((row) => row.conversation === conversation));
}

/** What they must be told: that there is something, up to where their part of the log ends. */
function expected(
  state: ConversationState | null,
  head: number,
  { people }: World,
): (number | undefined)[] {
  return people.map(({ account }) => (state && endFor(state, account, head)) ?? undefined);
}

async function stateNow(world: World, conversation: string): Promise<ConversationState | null> {
  return (await world.deployment.entries(conversation)).length === 0
    ? null
    : world.deployment.state(conversation);
}

/** How many calls of ports the command takes when nothing breaks. */
async function callsOf(scenario: (world: World) => Promise<Command>): Promise<number> {
  const world = await aWorld();
  const command = await scenario(world);
  const breaker = new Breaker(null);
  await guarded(world, breaker).append.execute(command);
  return breaker.calls;
}

function guarded({ deployment }: World, breaker: Breaker) {
  const { log, index, devices, accounts } = deployment.stores;
  return deployment.process({
    log: breaker.guard(log),
    index: breaker.guard(index),
    devices: breaker.guard(devices),
    accounts: breaker.guard(accounts),
  });
}

describe('when a process breaks between any two steps', () => {
  it.each(Object.entries(scenarios))(
    '%s leaves nobody without word of it, and can be repeated',
    async (_, scenario) => {
      const calls = await callsOf(scenario);
      expect(calls).toBeGreaterThan(2);
      for (let call = 1; call <= calls; call++) {
        for (const when of ['before', 'after'] as const) {
          const world = await aWorld();
          const command = await scenario(world);
          const { conversation } = command;
          await world.deployment.time.advance(60_000);
          const broken = guarded(world, new Breaker({ call, when }));
          await expect(broken.append.execute(command)).rejects.toThrow('injected');

          const check = async (): Promise<void> => {
            const state = await stateNow(world, conversation);
            const head = (await world.deployment.entries(conversation)).length;
            const told = await discovered(world, conversation);
            expect(told.map((row) => row?.head)).toEqual(expected(state, head, world));
          };
          // At once, after the same process was asked again, and after another one was.
          await check();
          const first = await broken.append.execute(command);
          if (!first.ok) throw new Error(`refused: ${first.error.code}`);
          await check();
          expect(await world.deployment.process().append.execute(command)).toEqual({
            ok: true,
            value: { ...first.value, loud: null },
          });
          await check();
          expect(
            (await world.deployment.entries(conversation)).filter(
              ({ clientId }) => clientId === command.clientId,
            ),
          ).toHaveLength(1);
        }
      }
    },
  );

  it.each(['removing a member', 'leaving'])(
    '%s is made good in the index when it is repeated',
    async (name) => {
      const world = await aWorld();
      const command = await scenarios[name]?.(world);
      if (!command) throw new Error('there is such a scenario');
      const { stores } = world.deployment;
      await world.deployment.time.advance(60_000);
      const index = new Breaker({ call: 1, when: 'before' }).guard(stores.index);
      await expect(world.deployment.process({ index }).append.execute(command)).rejects.toThrow(
        'injected',
      );
      const cat = world.people[2].account;
      const conversations = () =>
        stores.index.conversationsOf(cat, { after: null, limit: 10, ended: false });
      expect(await conversations()).toEqual([command.conversation]);
      expect((await world.deployment.process().append.execute(command)).ok).toBe(true);
      expect(await conversations()).toEqual([]);
    },
  );
});
