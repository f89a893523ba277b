import { afterEach, describe, expect, it } from 'vitest';
import {
  accountOf,
  type EngineName,
  eventually,
  linkBoth,
  reads,
  say,
  textsOf,
  World,
} from './support/world.ts';

const engines: readonly EngineName[] = ['mls', 'plaintext'];

describe.each(engines)('conversations through a running server, %s engine', (engine) => {
  let world: World;
  afterEach(async () => {
    const { troubles } = world;
    await world.close();
    expect(troubles).toEqual([]);
  });

  it('lets two people who open a direct conversation at the same moment end up in one', async () => {
    world = await World.open(engine);
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const [bobsId, alicesId] = await Promise.all([
      accountOf(alice, 'bob'),
      accountOf(bob, 'alice'),
    ]);
    const [hers, his] = await Promise.all([alice.direct(bobsId), bob.direct(alicesId)]);
    expect(hers.id).toBe(his.id);
    await say(hers, 'hello bob');
    await reads(bob, his.id, ['hello bob']);
    await say(his, 'hello alice');
    await reads(alice, hers.id, ['hello bob', 'hello alice']);
  });

  it('shows everybody the same order when all talk at once, on every device of every member', async () => {
    world = await World.open(engine);
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const tablet = await world.linked('alice', alice);
    const group = await alice.createGroup('Picnic', [await accountOf(alice, 'bob')]);
    const talkers = [alice, bob, tablet];
    for (const talker of talkers)
      await eventually(
        async () => (await talker.conversation(group.id).info())?.keyed === true,
        'joining',
      );
    await Promise.all(
      talkers.flatMap((talker, who) =>
        Array.from({ length: 15 }, (_, i) => say(talker.conversation(group.id), `${who}:${i}`)),
      ),
    );
    for (const talker of talkers)
      await eventually(
        async () => (await textsOf(talker.conversation(group.id))).length === 45,
        'all 45 messages',
      );
    const seen = await Promise.all(talkers.map((talker) => textsOf(talker.conversation(group.id))));
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    for (const who of [0, 1, 2]) {
      expect(seen[0]?.filter((text) => text.startsWith(`${who}:`))).toEqual(
        Array.from({ length: 15 }, (_, i) => `${who}:${i}`),
      );
    }
    expect((await bob.conversation(group.id).info())?.title).toBe('Picnic');
  });

  it('gives a removed member nothing more, and heals by itself when a member leaves', async () => {
    world = await World.open(engine);
    const [alice, bob, carol] = await Promise.all([
      world.registered('alice'),
      world.registered('bob'),
      world.registered('carol'),
    ]);
    const group = await alice.createGroup(
      'Picnic',
      await Promise.all(['bob', 'carol'].map((handle) => accountOf(alice, handle))),
    );
    await say(group, 'all here');
    for (const member of [alice, bob, carol]) await reads(member, group.id, ['all here']);
    await group.remove(await accountOf(alice, 'carol'));
    await say(group, 'without carol');
    await reads(bob, group.id, ['all here', 'without carol']);
    await bob.conversation(group.id).leave();
    await say(group, 'alone');
    await reads(alice, group.id, ['all here', 'without carol', 'alone']);
    expect(await textsOf(carol.conversation(group.id))).toEqual(['all here']);
    expect(await textsOf(bob.conversation(group.id))).toEqual(['all here', 'without carol']);
    expect((await carol.conversation(group.id).info())?.status).toBe('left');
  });

  it('adds a member later, who reads from then on and is told of the gap before', async () => {
    world = await World.open(engine);
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const group = await alice.createGroup('Picnic', []);
    await say(group, 'before bob');
    await eventually(async () => (await group.outgoing()).length === 0, 'the first message');
    await group.add([await accountOf(alice, 'bob')]);
    await say(group, 'with bob');
    await reads(bob, group.id, ['with bob']);
    const [first] = await bob.conversation(group.id).entries({ after: 0, limit: 10 });
    expect(first).toMatchObject({ kind: 'gap', seq: 1, reason: 'not_member' });
    expect((await bob.conversation(group.id).info())?.title).toBe('Picnic');
  });

  it('takes back a member that left a moment ago, whose keys nobody has changed yet', async () => {
    world = await World.open(engine);
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const bobsId = await accountOf(alice, 'bob');
    const group = await alice.createGroup('Picnic', [bobsId]);
    await say(group, 'both here');
    await reads(bob, group.id, ['both here']);
    await bob.conversation(group.id).leave();
    await group.add([bobsId]);
    await say(group, 'both again');
    await reads(bob, group.id, ['both here', 'both again']);
    expect((await bob.conversation(group.id).info())?.status).not.toBe('left');
  });

  it('stops a revoked device at once and goes on without it', async () => {
    world = await World.open(engine);
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    const tablet = await world.linked('alice', alice);
    const reasons: (string | null)[] = [];
    tablet.on('connection', ({ state, reason }) => state === 'offline' && reasons.push(reason));
    const chat = await bob.direct(await accountOf(bob, 'alice'));
    await say(chat, 'to both of your devices');
    await reads(tablet, chat.id, ['to both of your devices']);
    await alice.revokeDevice((await tablet.me())?.device ?? '');
    await eventually(async () => reasons.length > 0, 'the revoked device is disconnected');
    expect(reasons[0]).toBe('session_revoked');
    await say(chat, 'to one');
    await reads(alice, chat.id, ['to both of your devices', 'to one']);
    await expect(tablet.devices()).rejects.toMatchObject({ kind: 'state' });
    expect(await textsOf(tablet.conversation(chat.id))).toEqual(['to both of your devices']);
  });

  it('shows the same six digits on both devices that are linked, and lets nobody in who says no', async () => {
    world = await World.open(engine);
    const alice = await world.registered('alice');
    const tablet = await world.device();
    await tablet.logIn({
      handle: 'alice',
      password: 'correct horse battery staple',
      deviceName: 'tablet',
    });
    const [fresh, old] = await linkBoth(tablet, alice);
    expect(fresh).toMatch(/^\d{6}$/);
    expect(old).toBe(fresh);

    const stranger = await world.device();
    await stranger.logIn({
      handle: 'alice',
      password: 'correct horse battery staple',
      deviceName: 'stranger',
    });
    let letIn = false;
    void stranger
      .link(async () => true)
      .then(
        () => (letIn = true),
        () => (letIn = false),
      );
    const waiting = async () =>
      (await alice.devices()).find(
        ({ status, signatureKey }) => status === 'pending' && signatureKey !== null,
      )?.device;
    await eventually(async () => (await waiting()) !== undefined, 'a device that waits');
    await expect(
      alice.approveDevice((await waiting()) ?? '', async () => false),
    ).rejects.toMatchObject({ code: 'link_failed' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(letIn).toBe(false);
    expect((await alice.devices()).filter(({ status }) => status === 'certified')).toHaveLength(2);
  });

  it('refuses a blocked account like one that does not accept, without spending bundles', async () => {
    world = await World.open(engine);
    const [alice, bob] = await Promise.all([world.registered('alice'), world.registered('bob')]);
    await alice.block(await accountOf(alice, 'bob'));
    await expect(bob.direct(await accountOf(bob, 'alice'))).rejects.toMatchObject({
      code: 'not_accepting',
    });
    await alice.unblock(await accountOf(alice, 'bob'));
    const chat = await bob.direct(await accountOf(bob, 'alice'));
    await say(chat, 'friends again');
    await reads(alice, chat.id, ['friends again']);
  });
});
