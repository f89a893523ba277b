import { type Change, directId, emptyChange } from '@sealpost/domain';
import type { SimDevice } from '../device/sim-device.ts';
import type { LedgerLog } from '../judge/ledger.ts';
import { digest } from '../server/stand-ins.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { forge, type ForgedEntry } from './forge.ts';
import { groupBut } from './forged/foundings.ts';
import { owedIn, part } from './forged/place.ts';
import { running } from './running.ts';
import { tryAs } from './try-to.ts';

/** After so long every process knows of it. */
const knownMs = 10_000;
const longestMs = 60_000;

/** By world, who blocks whom, so that nobody takes back what another is about to rely on. */
const pairs = new WeakMap<World, Set<string>>();

interface Pair {
  readonly owner: SimDevice;
  readonly other: SimDevice;
}

/** Rather two that talk with each other, or of whom one could add the other to a group. */
function pairIn(world: World, draw: Draw): Pair | null {
  const all = running(world).flatMap((owner) =>
    running(world)
      .filter(({ person }) => person !== owner.person)
      .map((other) => ({ owner, other })),
  );
  const talking = all.filter(({ owner, other }) => directOf(world, owner, other));
  const addable = all.filter(({ owner, other }) => groupFor(world, owner, other));
  return draw.pick(draw.pick([talking, addable].filter(({ length }) => length > 0)) ?? all);
}

const accountOf = ({ ref }: SimDevice): string => ref?.account ?? '';

const directOf = (world: World, one: SimDevice, other: SimDevice): Place | null => {
  const conversation = directId(digest, accountOf(one), accountOf(other));
  const log = world.ledger.logs.get(conversation);
  return log ? { conversation, log } : null;
};

/** A group that the other leads, with its keys, and in which the owner is not. */
function groupFor(world: World, owner: SimDevice, other: SimDevice): Place | null {
  for (const [conversation, log] of world.ledger.logs) {
    const leads = ['owner', 'admin'].includes(log.roles.get(accountOf(other)) ?? 'member');
    const isHere = log.isMember(accountOf(owner));
    if (log.founding?.kind === 'group' && leads && !isHere && log.hasKeys(other.ref?.device ?? ''))
      return { conversation, log };
  }
  return null;
}

interface Place {
  readonly conversation: string;
  readonly log: LedgerLog;
}

/** Somebody takes nothing from another for a while, who tries. */
const block: Act = (world, draw) => {
  const { owner, other } = pairIn(world, draw) ?? {};
  if (!owner?.ref || !other?.ref) return;
  const taken = pairs.get(world) ?? new Set();
  pairs.set(world, taken);
  const pair = `${owner.ref.account} ${other.ref.account}`;
  if (taken.has(pair)) return;
  taken.add(pair);
  const [triedAt, endsAt] = [draw.int(knownMs, longestMs), draw.int(knownMs, 2 * longestMs)];
  owner.do('block', async (sealpost) => {
    await sealpost.block(accountOf(other));
    const since = world.incarnation;
    let over = false;
    const holds = (): boolean => !over && !owner.gone && world.incarnation === since;
    world.timeline.after(triedAt, () => reach(world, owner, other, holds, draw));
    world.timeline.after(endsAt, () => {
      over = true;
      taken.delete(pair);
      owner.do('unblock', (again) => again.unblock(accountOf(other)));
    });
  });
};

/** One that is blocked wants the other's keys, founds a group with it, writes to it, and adds it. */
function reach(
  world: World,
  owner: SimDevice,
  other: SimDevice,
  holds: () => boolean,
  draw: Draw,
): void {
  const { ref } = owner;
  const { ref: blocked } = other;
  if (!ref || !blocked || !holds()) return;
  const claim = { suite: world.engine.suite, accounts: [ref.account], only: null };
  void tryAs(world, blocked, 'claimBundles', { body: claim }, holds);
  const says = (entry: Omit<ForgedEntry, 'self'>): void =>
    forge(world, { ...entry, self: blocked }, { isWrong: holds }, draw);
  says({
    ...({ kind: 'created', generation: 1, epoch: 1 } as const),
    conversation: `group-by-hand-${draw.int(0, 0x7fffffff)}`,
    change: groupBut({ self: blocked, other: ref, suite: world.engine.suite }, {}),
  });
  const direct = directOf(world, owner, other);
  if (direct) {
    says({ ...placeOf(direct), kind: 'message', change: null, parts: [part('all')] });
    says({ ...placeOf(direct), kind: 'commit', change: memberChange(direct) });
  }
  const group = groupFor(world, owner, other);
  const addMembers = [{ account: ref.account, role: 'member' }] as const;
  if (group)
    says({ ...placeOf(group), kind: 'commit', change: { ...memberChange(group), addMembers } });
}

const placeOf = ({ conversation, log: { generation, epoch } }: Place) => ({
  ...{ conversation, generation, epoch },
});

const memberChange = ({ log }: Place): Change => ({
  ...{ ...emptyChange, mode: 'member', removeDevices: owedIn(log) },
});

export const blockingActs: Readonly<Record<string, WeightedAct>> = {
  block: { weight: 4, act: block },
};
