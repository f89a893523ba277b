import { type DeviceRef, directId, emptyChange } from '@sealpost/domain';
import { digest } from '../server/stand-ins.ts';
import type { SimDevice } from '../device/sim-device.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { forge } from './forge.ts';
import { groupBut } from './forged/foundings.ts';
import { part } from './forged/place.ts';
import { running } from './running.ts';

/** After so long every process knows of it. */
const knownMs = 10_000;
const longestMs = 60_000;

/** By world, who blocks whom, so that nobody takes back what another is about to rely on. */
const pairs = new WeakMap<World, Set<string>>();

/** Somebody takes nothing from another for a while, who tries. */
const block: Act = (world, draw) => {
  const owner = draw.pick(running(world));
  const other = draw.pick(running(world).filter(({ person }) => person !== owner?.person));
  if (!owner?.ref || !other?.ref) return;
  const taken = pairs.get(world) ?? new Set();
  pairs.set(world, taken);
  const pair = `${owner.ref.account} ${other.ref.account}`;
  if (taken.has(pair)) return;
  taken.add(pair);
  const [triedAt, endsAt] = [draw.int(knownMs, longestMs), draw.int(knownMs, 2 * longestMs)];
  const { ref: blocked } = other;
  owner.do('block', async (sealpost) => {
    await sealpost.block(blocked.account);
    const since = world.incarnation;
    let over = false;
    const holds = (): boolean => !over && world.incarnation === since;
    world.timeline.after(triedAt, () => reach(world, owner, blocked, holds, draw));
    world.timeline.after(endsAt, () => {
      over = true;
      taken.delete(pair);
      owner.do('unblock', (again) => again.unblock(blocked.account));
    });
  });
};

/** One that is blocked founds a group with who blocks it, and writes to it. */
function reach(
  world: World,
  { ref }: SimDevice,
  blocked: DeviceRef,
  holds: () => boolean,
  draw: Draw,
): void {
  if (!ref || !holds()) return;
  const group = {
    ...({ kind: 'created', self: blocked, generation: 1, epoch: 1 } as const),
    conversation: `group-by-hand-${draw.int(0, 0x7fffffff)}`,
    change: groupBut({ self: blocked, other: ref, suite: world.engine.suite }, {}),
  };
  forge(world, group, { isWrong: holds }, draw);
  const conversation = directId(digest, ref.account, blocked.account);
  const log = world.ledger.logs.get(conversation);
  if (!log) return;
  const { generation, epoch } = log;
  const place = { conversation, self: blocked, generation, epoch };
  forge(
    world,
    { ...place, kind: 'message', change: null, parts: [part('all')] },
    { isWrong: holds },
    draw,
  );
  const change = { ...emptyChange, mode: 'member' } as const;
  forge(world, { ...place, kind: 'commit', change }, { isWrong: holds }, draw);
}

export const blockingActs: Readonly<Record<string, WeightedAct>> = {
  block: { weight: 4, act: block },
};
