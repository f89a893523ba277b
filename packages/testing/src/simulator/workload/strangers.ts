import type { WireCredentials } from '@sealpost/protocol';
import { password, type World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callWith } from './call-as.ts';
import { credentials, selfMade, signed } from './newcomers.ts';
import { handleOf, running } from './running.ts';
import { tryTo } from './try-to.ts';

/** Somebody opens an account, and asks for more than that gives. */
const stranger: Act = (world, draw) => {
  const handle = `stranger-${draw.int(0, 0x7fffffff)}`;
  void openAccount(world, handle, draw.pick(running(world))?.person ?? 0);
};

async function openAccount(world: World, handle: string, person: number): Promise<void> {
  const who = { password, deviceName: 'a stranger' };
  const short = { ...who, password: 'short' };
  await tryTo(world, null, 'register', { body: { ...short, handle } });
  await tryTo(world, null, 'register', { body: { ...who, handle: 'no handle' } });
  await tryTo(world, null, 'register', { body: { ...who, handle: handleOf(person) } });
  const given = await credentials(world, 'register', { ...who, handle });
  if (!given) return;
  const body = selfMade(world.timeline.wallTime);
  await tryTo(world, given.accessToken, 'certifyFirst', { body });
  await tryTo(world, given.accessToken, 'uploadBundles', { body: noBundles(world) });
  const first = signed(given, world.timeline.wallTime);
  const certified = await callWith(world, given.accessToken, 'certifyFirst', { body: first });
  const next = await credentials(world, 'logIn', { ...who, handle, proof: null });
  if (certified?.ok !== true || next?.account !== given.account) return;
  const again = signed(next, world.timeline.wallTime);
  await tryTo(world, next.accessToken, 'certifyFirst', { body: again });
}

const noBundles = (world: World): object => ({
  ...{ suite: world.engine.suite, oneTime: [], lastResort: null },
});

const later = (draw: Draw): number => draw.int(61_000, 120_000);

/** A refresh token that was used is shown again, by whoever stole it. */
const stolenToken: Act = (world, draw) => {
  const handle = `robbed-${draw.int(0, 0x7fffffff)}`;
  const wait = later(draw);
  void credentials(world, 'register', { handle, password, deviceName: 'robbed' }).then(
    async (given) => {
      if (!given) return;
      const body = { refreshToken: given.refreshToken, next: null };
      const renewed = await callWith(world, null, 'refresh', { body });
      if (renewed?.ok !== true) return;
      world.timeline.after(wait, () => void showAgain(world, given, renewed.value));
    },
  );
};

async function showAgain(world: World, given: WireCredentials, renewed: unknown): Promise<void> {
  const { refreshToken } = renewed as WireCredentials;
  const { incarnation } = world;
  const stolen = { refreshToken: given.refreshToken, next: null };
  const answer = await callWith(world, null, 'refresh', { body: stolen });
  if (answer) world.witness({ kind: 'tried', what: 'refresh', answered: answer.ok });
  const isNoticed = answer?.ok === false && answer.error.code === 'invalid_token';
  // Its owner cannot be told from the thief: both are out.
  if (isNoticed && world.incarnation === incarnation)
    await tryTo(world, null, 'refresh', { body: { refreshToken, next: null } });
}

/** What those do who know nobody's password, but for their own. */
export const strangersActs: Readonly<Record<string, WeightedAct>> = {
  stranger: { weight: 3, act: stranger },
  stolenToken: { weight: 2, act: stolenToken },
};
