import type { DeviceRef } from '@sealpost/domain';
import type { CallName, WireCredentials } from '@sealpost/protocol';
import { password, type World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { type Asked, callWith } from './call-as.ts';
import { handleOf, running } from './running.ts';

/** Bytes that are no key, no signature and no secret of anybody's. */
const junk = (length: number): Uint8Array => new Uint8Array(length).fill(7);

/** Makes a call that must be refused, and tells those who judge how it was answered. */
async function tryTo(
  world: World,
  token: string | null,
  name: CallName,
  asked: Asked,
): Promise<void> {
  const answer = await callWith(world, token, name, asked);
  if (answer) world.witness({ kind: 'tried', what: name, answered: answer.ok });
}

/** What a newcomer was let in as; null: it was not, or nobody heard. */
async function credentials(
  world: World,
  name: 'register' | 'logIn',
  body: object,
): Promise<WireCredentials | null> {
  const answer = await callWith(world, null, name, { body });
  return answer?.ok === true ? (answer.value as WireCredentials) : null;
}

const selfMade = (certifiedAt: number): object => ({
  accountKey: junk(32),
  signatureKey: junk(32),
  certificate: junk(64),
  certifiedAt,
});

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
}

const noBundles = (world: World): object => ({
  ...{ suite: world.engine.suite, oneTime: [], lastResort: null },
});

/** Somebody who knows a person's password, and holds none of the person's devices. */
const intruder: Act = (world, draw) => {
  const victim = draw.pick(running(world));
  const outsider = draw.pick(running(world).filter(({ person }) => person !== victim?.person));
  if (victim?.ref) void intrude(world, victim.person, victim.ref, outsider?.ref ?? null);
};

async function intrude(
  world: World,
  person: number,
  known: DeviceRef,
  outsider: DeviceRef | null,
): Promise<void> {
  const who = { handle: handleOf(person), deviceName: 'an intruder' };
  const proof = {
    ...{ device: known.device, issuedAt: world.timeline.wallTime, signature: junk(64) },
  };
  await tryTo(world, null, 'logIn', { body: { ...who, password, proof } });
  await tryTo(world, null, 'logIn', { body: { ...who, password: 'a wrong one', proof: null } });
  const given = await credentials(world, 'logIn', { ...who, password, proof: null });
  if (!given || given.account !== known.account) return;
  await asPending(world, given, known);
  const pending = { params: { device: given.device } };
  for (const by of [known, outsider]) {
    const token = by && world.tokens.get(by.device);
    if (token === null || token === undefined) continue;
    await tryTo(world, token, 'approveDevice', { ...pending, body: approval(world) });
  }
  const foreign = outsider && world.tokens.get(outsider.device);
  if (foreign) {
    await tryTo(world, foreign, 'offerLink', { ...pending, body: { nonce: junk(32) } });
    await tryTo(world, foreign, 'linkState', pending);
    await tryTo(world, foreign, 'revokeDevice', pending);
  }
  await callWith(world, given.accessToken, 'revokeDevice', pending);
}

const approval = (world: World): object => ({
  ...{ certificate: junk(64), certifiedAt: world.timeline.wallTime, package: junk(16) },
});

/** All that a device may not which nobody has linked. */
async function asPending(world: World, given: WireCredentials, known: DeviceRef): Promise<void> {
  const { accessToken: token, device } = given;
  const other = { params: { device: known.device } };
  await tryTo(world, token, 'revokeDevice', other);
  await tryTo(world, token, 'linkState', other);
  await tryTo(world, token, 'certifyFirst', { body: selfMade(world.timeline.wallTime) });
  await tryTo(world, token, 'revealLink', { body: { nonce: junk(32) } });
  await tryTo(world, token, 'approveDevice', { params: { device }, body: approval(world) });
  const body = { signatureKey: junk(32), linkKey: junk(32), commitment: junk(32) };
  await callWith(world, token, 'publishLink', { body });
}

/** A device asks that another account's device or session be ended. */
const endOthers: Act = (world, draw) => {
  const self = draw.pick(running(world));
  const other = draw.pick(running(world).filter(({ person }) => person !== self?.person));
  const token = self?.ref && world.tokens.get(self.ref.device);
  if (!token || !other?.ref || other.session === null) return;
  void tryTo(world, token, 'revokeDevice', { params: { device: other.ref.device } });
  void tryTo(world, token, 'publishLink', {
    body: { signatureKey: junk(32), linkKey: junk(32), commitment: junk(32) },
  });
  // What is not its own is left alone, without a word.
  void callWith(world, token, 'logOut', { params: { session: other.session } });
};

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

/** Calls that must be refused, whoever makes them. */
export const intrudersActs: Readonly<Record<string, WeightedAct>> = {
  stranger: { weight: 3, act: stranger },
  intruder: { weight: 4, act: intruder },
  endOthers: { weight: 3, act: endOthers },
  stolenToken: { weight: 2, act: stolenToken },
};
