import type { Conversation, Sealpost } from '@sealpost/client';
import { emptyChange, type EntryDraft } from '@sealpost/domain';
import type { CallName } from '@sealpost/protocol';
import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callAs } from './call-as.ts';
import { questions } from './outsiders.ts';
import { running } from './running.ts';
import { forAWhile } from './surroundings.ts';

const mostChanges = 24;
const hurryMs = 6_000;

/** One device changes the keys of a conversation again and again, as fast as it is let. */
const changeOften: Act = (world, draw) => {
  const device = draw.pick(running(world));
  device?.do('change often', async (sealpost) => {
    const conversation = draw.pick(await sealpost.conversations());
    const until = world.timeline.now + hurryMs;
    if (draw.int(0, 1) === 0)
      world.timeline.after(hurryMs / 2, () => revokeAmong(world, conversation, draw));
    for (let left = mostChanges; left > 0 && world.timeline.now < until; left -= 1)
      await conversation?.refreshKeys();
  });
};

/** A device of the conversation is revoked: that is owed then, whatever else goes on. */
function revokeAmong(world: World, conversation: Conversation | null, draw: Draw): void {
  const log = world.ledger.logs.get(conversation?.id ?? '');
  const helper = draw.pick(
    running(world).filter((device) =>
      othersOf(world, device).some(({ ref }) => log?.hasKeys(ref?.device ?? '')),
    ),
  );
  const revoked = helper && draw.pick(othersOf(world, helper))?.ref;
  if (!helper || !revoked) return;
  world.witness({ kind: 'wanted', ends: 'device', id: revoked.device });
  helper.do('revoke', (sealpost) => sealpost.revokeDevice(revoked.device));
  // Whoever writes now has to take it out of the keys first.
  const id = conversation?.id ?? '';
  for (const device of running(world).filter(({ ref }) => log?.isMember(ref?.account ?? '')))
    for (let left = 4; left > 0; left -= 1)
      world.timeline.after(draw.int(100, 2_000), () =>
        device.do('send', async (sealpost) => device.say(sealpost.conversation(id))),
      );
}

/** The other devices of its person that take part. */
const othersOf = (world: World, { person, number }: SimDevice): readonly SimDevice[] =>
  world.devices.filter(
    (other) => other.person === person && other.number !== number && other.linked && !other.gone,
  );

/**
 * A device is revoked, and what follows from that is done, while the entry that brings it into a group is on its way to
 * the log. Sometimes who sent that entry does not hear that it arrived.
 */
const revokeOnTheWay: Act = (world, draw) => {
  const here = running(world);
  const helper = draw.pick(here.filter((device) => othersOf(world, device).length > 0));
  const founder = draw.pick(here.filter(({ person }) => person !== helper?.person));
  const revoked = helper && draw.pick(othersOf(world, helper))?.ref;
  if (!helper || !founder || !revoked) return;
  const { account, device: id } = revoked;
  const bringsItIn = ({ kind, change }: EntryDraft): boolean =>
    kind === 'created' && change?.addDevices.some(({ device }) => device === id) === true;
  const met = (): void => {
    world.disturbed(0);
    world.witness({ kind: 'wanted', ends: 'device', id });
    helper.do('revoke', (sealpost) => sealpost.revokeDevice(id));
  };
  const answerLost = draw.int(0, 2) > 0;
  world.database.mishaps.next(bringsItIn, { heldMs: 3_000, answerLost, met });
  founder.do('found', (sealpost) => sealpost.createGroup('a group', [account]));
};

/** Somebody founds a group with one other person, who becomes an admin of it: others are left whom that one could add. */
const promote: Act = (world, draw) => {
  const owner = draw.pick(running(world));
  const other = draw.pick(running(world).filter(({ person }) => person !== owner?.person))?.ref;
  if (!owner || !other) return;
  owner.do('promote', async (sealpost) => {
    const group = await sealpost.createGroup('a group of two', [other.account]);
    await group.setRole(other.account, 'admin');
  });
};

/** Somebody is removed, and added again a while later. */
const removeAndAdd: Act = (world, draw) => {
  const remover = draw.pick(running(world));
  remover?.do('remove', async (sealpost) => {
    const removal = await removalBy(world, remover, sealpost, draw);
    const account = removal?.removed.ref?.account;
    if (!removal || account === undefined) return;
    await removal.conversation.remove(account);
    world.timeline.after(draw.int(0, 10_000), () =>
      remover.do('add', () => removal.conversation.add([account])),
    );
  });
};

const warmMs = 1_000;
const unheardMs = 15_000;

interface Removal {
  readonly conversation: Conversation;
  readonly remover: SimDevice;
  /** One of the devices of whom it removes. */
  readonly removed: SimDevice;
}

type Afterwards = (world: World, removal: Removal, draw: Draw) => void;

/** What an owner can do of that kind. */
async function removalBy(
  world: World,
  remover: SimDevice,
  sealpost: Sealpost,
  draw: Draw,
): Promise<Removal | null> {
  const possible: Removal[] = [];
  for (const conversation of await sealpost.conversations()) {
    const info = await conversation.info();
    const roles = new Map(info?.members.map(({ account, role }) => [account, role]));
    if (info?.kind !== 'group' || roles.get(remover.ref?.account ?? '') !== 'owner') continue;
    for (const removed of running(world))
      if (removed.person !== remover.person && removed.ref && roles.has(removed.ref.account))
        possible.push({ conversation, remover, removed });
  }
  return draw.pick(possible);
}

/** Somebody is removed, and nobody but the log learns of it for a while: neither the other processes nor the index. */
const removeUnheard: Act = (world, draw) => {
  const remover = draw.pick(running(world));
  remover?.do('remove', async (sealpost) => {
    const removal = await removalBy(world, remover, sealpost, draw);
    const account = removal?.removed.ref?.account;
    if (!removal || account === undefined) return;
    const { conversation } = removal;
    const removes = ({ conversation: of, change }: EntryDraft): boolean =>
      of === conversation.id && change?.removeMembers.includes(account) === true;
    const afterwards = draw.pick<Afterwards>([askOnly, goOnAndConnect]) ?? askOnly;
    world.database.mishaps.next(removes, {
      ...{ heldMs: 0, answerLost: true },
      met: () => {
        goAway(world, remover);
        afterwards(world, removal, draw);
      },
    });
    ask(world, removal, 'presence', { from: 0, to: warmMs - 200 }, draw);
    world.timeline.after(warmMs, () => {
      world.bus.break();
      world.timeline.after(unheardMs, () => world.bus.mend());
      remover.do('remove', () => conversation.remove(account));
    });
  });
};

const goAway = (world: World, device: SimDevice): void =>
  forAWhile(
    world,
    unheardMs,
    () => device.crash(),
    () => void device.start(),
  );

/** Whoever is asked knows from then on what the conversation was. */
function ask(
  world: World,
  { conversation, removed: { ref } }: Removal,
  name: CallName,
  { from, to }: { readonly from: number; readonly to: number },
  draw: Draw,
): void {
  const params = { conversation: conversation.id };
  for (let left = 8; left > 0 && ref; left -= 1)
    world.timeline.after(draw.int(from, to), () => callAs(world, ref, name, { params }));
}

function askOnly(world: World, removal: Removal, draw: Draw): void {
  const name = draw.pick(questions) ?? 'presence';
  ask(world, removal, name, { from: 100, to: 3_000 }, draw);
}

/** The conversation goes on by an entry that changes nothing, and who was removed connects anew. */
function goOnAndConnect(world: World, { conversation: { id }, remover, removed }: Removal): void {
  world.timeline.after(300, () => {
    const log = world.ledger.logs.get(id);
    if (!remover.ref || !log) return;
    const setRoles = [{ account: remover.ref.account, role: 'owner' }];
    const body = {
      ...{ kind: 'roster', class: 'quiet', clientId: `still-owner-${world.timeline.happened}` },
      ...{ after: null, generation: log.generation, epoch: log.epoch, blobs: [], parts: [] },
      change: { ...emptyChange, setRoles },
    };
    callAs(world, remover.ref, 'append', { params: { conversation: id }, body });
  });
  for (const { person, number } of world.devices)
    if (person === removed.person) world.timeline.after(1_500, () => world.network.cut(number));
}

/** What meets at one instant, as it would by chance in very few runs. */
export const collidingActs: Readonly<Record<string, WeightedAct>> = {
  changeOften: { weight: 4, act: changeOften },
  revokeOnTheWay: { weight: 5, act: revokeOnTheWay },
  promote: { weight: 4, act: promote },
  removeAndAdd: { weight: 4, act: removeAndAdd },
  removeUnheard: { weight: 6, act: removeUnheard },
};
