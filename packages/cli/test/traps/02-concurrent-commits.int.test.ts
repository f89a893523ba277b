import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, eventually, reads, say, World } from '../support/world.ts';
import { changesOf, expectTalk, talking } from './support/people.ts';

describe('trap 2, concurrent commits', { timeout: 60_000 }, () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open('mls');
  });
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  it('of all members at once end in one order, with each change made, and the same keys for all', async () => {
    const names = ['alice', 'bob', 'carol', 'dave'];
    const [alice, ...others] = await Promise.all(names.map((name) => world.registered(name)));
    if (!alice) throw new Error('nobody registered');
    const accounts = await Promise.all(names.slice(1).map((name) => accountOf(alice, name)));
    const group = await alice.createGroup('busy', accounts);
    await say(group, 'all here');
    for (const member of others) await reads(member, group.id, ['all here']);
    const erin = await world.registered('erin');
    await Promise.all([
      group.add([await accountOf(alice, 'erin')]),
      ...others.map((member) => member.conversation(group.id).refreshKeys()),
      group.refreshKeys(),
    ]);
    await say(group, 'after all of it');
    for (const member of others) await reads(member, group.id, ['all here', 'after all of it']);
    await reads(erin, group.id, ['after all of it']);
    const changes = await changesOf(alice, group.id);
    expect(changes).toEqual(['found', 'member', 'member', 'member', 'member', 'member']);
    for (const member of others) expect(await changesOf(member, group.id)).toEqual(changes);
    for (const member of [...others, erin]) await expectTalk(alice, member, group.id);
  });

  it('that the log does not take change nothing: the keys in force go on', async () => {
    const { alice, bob, id } = await talking(world);
    alice.transport.lies = {
      refused: (name) => (name === 'append' ? { code: 'last_owner' } : null),
    };
    await expect(alice.device.conversation(id).refreshKeys()).rejects.toMatchObject({
      code: 'last_owner',
    });
    alice.transport.lies = {};
    await expectTalk(alice.device, bob.device, id);
    expect(await changesOf(bob.device, id)).toEqual(['found']);
    await alice.device.conversation(id).refreshKeys();
    await expectTalk(alice.device, bob.device, id);
    expect(await changesOf(bob.device, id)).toEqual(['found', 'member']);
  });

  it('that lose are not in force for a moment: what is said meanwhile is read by all', async () => {
    const { alice, bob, id } = await talking(world);
    const changing = Promise.all(
      [alice, bob].map(({ device }) => device.conversation(id).refreshKeys()),
    );
    const texts = Array.from({ length: 8 }, (_, n) => `meanwhile ${n}`);
    for (const [n, text] of texts.entries())
      await say((n % 2 ? alice : bob).device.conversation(id), text);
    await changing;
    for (const { device } of [alice, bob])
      await eventually(async () => {
        const said = await device.conversation(id).messages(20);
        return texts.every((text) => said.some(({ shown }) => shown.text === text));
      }, 'all that was said meanwhile');
    // What others changed last may come after that: it is before what they say next.
    await expectTalk(alice.device, bob.device, id);
    expect(await changesOf(bob.device, id)).toEqual(['found', 'member', 'member']);
  });
});
