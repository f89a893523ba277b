import type { Conversation } from '@sealpost/client';
import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callAs } from './call-as.ts';
import { link } from './linking.ts';
import { keepAsking } from './outsiders.ts';
import { running } from './running.ts';

const accountsBut = (world: World, device: SimDevice): readonly string[] => {
  const others = world.devices.flatMap(({ person, ref }) =>
    ref && person !== device.person ? [ref.account] : [],
  );
  return [...new Set(others)];
};

/** Has somebody's running device do something with one of its conversations. */
const inConversation =
  (
    what: string,
    work: (conversation: Conversation, device: SimDevice, draw: Draw) => unknown,
  ): Act =>
  (world, draw) => {
    const device = draw.pick(running(world));
    device?.do(what, async (sealpost) => {
      const conversation = draw.pick(await sealpost.conversations());
      if (conversation) await work(conversation, device, draw);
    });
  };

const send = inConversation('send', (conversation, device) => device.say(conversation));

const sendMany = inConversation('send', (conversation, device, draw) => {
  for (let left = draw.int(2, 6); left > 0; left -= 1) device.say(conversation);
});

const openDirect: Act = (world, draw) => {
  const device = draw.pick(running(world));
  if (!device) return;
  const other = draw.pick(accountsBut(world, device));
  if (other === null) return;
  device.do('open', async (sealpost) => {
    const conversation = await sealpost.direct(other);
    device.say(conversation);
  });
};

const foundGroup: Act = (world, draw) => {
  const device = draw.pick(running(world));
  if (!device) return;
  const others = accountsBut(world, device).filter(() => draw.int(0, 2) > 0);
  device.do('found', (sealpost) => sealpost.createGroup('a group', others));
};

const add: Act = (world, draw) =>
  inConversation('add', async (conversation, device) => {
    const info = await conversation.info();
    const missing = accountsBut(world, device).filter(
      (account) => !info?.members.some((member) => member.account === account),
    );
    const account = draw.pick(missing);
    if (info?.kind === 'group' && account !== null) await conversation.add([account]);
  })(world, draw);

const inGroup = (
  what: string,
  work: (conversation: Conversation, others: readonly string[], draw: Draw) => Promise<void>,
): Act =>
  inConversation(what, async (conversation, device, draw) => {
    const info = await conversation.info();
    if (info?.kind !== 'group') return;
    const others = info.members.flatMap(({ account }) =>
      account === device.ref?.account ? [] : [account],
    );
    await work(conversation, others, draw);
  });

/** Whoever is removed goes on asking for a while. */
const remove: Act = (world, draw) =>
  inGroup('remove', async (conversation, others) => {
    const account = draw.pick(others);
    if (account === null) return;
    await conversation.remove(account);
    keepAsking(world, account, conversation.id, draw);
  })(world, draw);

const leave = inGroup('leave', (conversation, others, draw) =>
  conversation.leave(draw.pick(others)),
);

const setRole = inGroup('role', async (conversation, others, draw) => {
  const account = draw.pick(others);
  const role = draw.pick(['owner', 'admin', 'member'] as const);
  if (account !== null && role !== null) await conversation.setRole(account, role);
});

const refreshKeys = inConversation('refresh', (conversation) => conversation.refreshKeys());
/** Several devices change the keys of one conversation at once. */
const race: Act = (world, draw) => {
  const conversation = draw.pick([...world.ledger.logs.keys()]);
  if (conversation === null) return;
  for (const device of running(world))
    for (let left = draw.int(0, 2); left > 0; left -= 1)
      device.do('race', (sealpost) => sealpost.conversation(conversation).refreshKeys());
};

const reset = inConversation('reset', (conversation) => conversation.reset());

const read = inConversation('read', async (conversation, _, draw) => {
  const info = await conversation.info();
  if (info) await conversation.markRead(draw.int(0, info.cursor), draw.int(0, 2) > 0);
});

const retry = inConversation('retry', async (conversation) => {
  for (const { clientId, state } of await conversation.outgoing())
    if (state === 'failed') await conversation.retry(clientId);
});

const withdraw = inConversation('withdraw', async (conversation, device) => {
  for (const { clientId, state } of await conversation.outgoing())
    if (state === 'failed' && (await conversation.withdraw(clientId))) device.tookBack(clientId);
});

const type = inConversation('typing', ({ id }, device) => device.sealpost?.typing(id));

const revoke: Act = (world, draw) => {
  const device = draw.pick(running(world));
  if (!device) return;
  const others = world.devices.filter(
    ({ person, ref, gone }) =>
      person === device.person && !gone && ref && ref.device !== device.ref?.device,
  );
  const other = draw.pick(others);
  if (!other?.ref) return;
  const { device: id } = other.ref;
  world.witness({ kind: 'wanted', ends: 'device', id });
  device.do('revoke', (sealpost) => sealpost.revokeDevice(id));
};

const logOut: Act = (world, draw) => {
  draw.pick(running(world))?.logOut(draw.int(1_000, 60_000));
};

/** Somebody leaves for good; enough stay to talk. */
const deleteAccount: Act = (world, draw) => {
  const device = draw.pick(running(world));
  const staying = new Set(world.devices.flatMap(({ person, gone }) => (gone ? [] : [person])));
  if (!device?.ref || staying.size <= 2) return;
  world.witness({ kind: 'wanted', ends: 'account', id: device.ref.account });
  callAs(world, device.ref, 'deleteAccount');
};

/** What people do, each so often. */
export const peoplesActs: Readonly<Record<string, WeightedAct>> = {
  send: { weight: 60, act: send },
  sendMany: { weight: 12, act: sendMany },
  openDirect: { weight: 8, act: openDirect },
  foundGroup: { weight: 5, act: foundGroup },
  add: { weight: 8, act: add },
  remove: { weight: 5, act: remove },
  leave: { weight: 2, act: leave },
  setRole: { weight: 5, act: setRole },
  refreshKeys: { weight: 4, act: refreshKeys },
  race: { weight: 4, act: race },
  reset: { weight: 2, act: reset },
  read: { weight: 15, act: read },
  retry: { weight: 4, act: retry },
  withdraw: { weight: 3, act: withdraw },
  type: { weight: 6, act: type },
  link: { weight: 8, act: link },
  revoke: { weight: 4, act: revoke },
  logOut: { weight: 3, act: logOut },
  deleteAccount: { weight: 1, act: deleteAccount },
};
