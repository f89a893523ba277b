import type { Conversation, Sealpost } from '@sealpost/client';
import type { EntryDraft } from '@sealpost/domain';
import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callAs } from './call-as.ts';
import { keepAsking } from './outsiders.ts';
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
    for (let left = mostChanges; left > 0 && world.timeline.now < until; left -= 1)
      await conversation?.refreshKeys();
  });
};

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
  const answerLost = draw.int(0, 1) === 1;
  world.database.mishaps.next(bringsItIn, { heldMs: 3_000, answerLost, met });
  founder.do('found', (sealpost) => sealpost.createGroup('a group', [account]));
};

const warmMs = 1_000;
const unheardMs = 15_000;

interface Removal {
  readonly conversation: Conversation;
  readonly remover: SimDevice;
  /** One of the devices of whom it removes. */
  readonly removed: SimDevice;
  /** Devices of those who stay. */
  readonly staying: readonly SimDevice[];
}

/** What a device can do of that kind. */
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
    const role = roles.get(remover.ref?.account ?? '') ?? 'member';
    if (info?.kind !== 'group' || role === 'member') continue;
    const here = running(world).filter(({ ref }) => ref && roles.has(ref.account));
    for (const removed of here.filter(({ person }) => person !== remover.person)) {
      const staying = here.filter(
        ({ person, number }) => person !== removed.person && number !== remover.number,
      );
      possible.push({ conversation, remover, removed, staying });
    }
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
    const { conversation, removed } = removal;
    const removes = ({ conversation: of, change }: EntryDraft): boolean =>
      of === conversation.id && change?.removeMembers.includes(account) === true;
    world.database.mishaps.next(removes, {
      ...{ heldMs: 0, answerLost: true },
      met: () => goOn(world, removal, draw),
    });
    askMeanwhile(world, removed, conversation.id, draw);
    world.timeline.after(warmMs, () => {
      world.bus.break();
      world.timeline.after(unheardMs, () => world.bus.mend());
      remover.do('remove', () => conversation.remove(account));
    });
  });
};

/** Every process comes to know the conversation as it is now. */
function askMeanwhile(world: World, { ref }: SimDevice, conversation: string, draw: Draw): void {
  for (let left = 8; left > 0 && ref; left -= 1)
    world.timeline.after(draw.int(0, warmMs - 200), () =>
      callAs(world, ref, 'presence', { params: { conversation } }),
    );
}

/** Who removes goes away, one who is left says something, and who was removed asks, and connects again. */
function goOn(
  world: World,
  { conversation, remover, removed, staying }: Removal,
  draw: Draw,
): void {
  const { id } = conversation;
  forAWhile(
    world,
    unheardMs,
    () => remover.crash(),
    () => void remover.start(),
  );
  const talker = draw.pick(staying);
  world.timeline.after(500, () =>
    talker?.do('send', async (sealpost) => talker.say(sealpost.conversation(id))),
  );
  if (removed.ref) keepAsking(world, removed.ref.account, id, draw);
  world.timeline.after(1_500, () => world.network.cut(removed.number));
}

/** What meets at one instant, as it would by chance in very few runs. */
export const collidingActs: Readonly<Record<string, WeightedAct>> = {
  changeOften: { weight: 4, act: changeOften },
  revokeOnTheWay: { weight: 5, act: revokeOnTheWay },
  removeUnheard: { weight: 6, act: removeUnheard },
};
