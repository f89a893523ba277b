import type { DeviceRef } from '@sealpost/domain';
import type { WireCredentials } from '@sealpost/protocol';
import { password, type World } from '../world.ts';
import type { Act, WeightedAct } from './act.ts';
import { callWith } from './call-as.ts';
import { credentials, junk, selfMade } from './newcomers.ts';
import { handleOf, running } from './running.ts';
import { tryTo } from './try-to.ts';

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
  const ownToken = world.tokens.get(known.device) ?? null;
  const nonce = { body: { nonce: junk(32) } };
  const unpublished = { params: { device: given.device }, ...nonce };
  if (ownToken !== null) await tryTo(world, ownToken, 'offerLink', unpublished);
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
  if (ownToken !== null) {
    // A person falls for it; the device does not.
    await callWith(world, ownToken, 'offerLink', unpublished);
    await callWith(world, given.accessToken, 'revealLink', nonce);
    await tryTo(world, ownToken, 'approveDevice', { ...pending, body: approval(world) });
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
  const claim = { suite: world.engine.suite, accounts: [known.account], only: null };
  await tryTo(world, token, 'claimBundles', { body: claim });
  await tryTo(world, token, 'approveDevice', { params: { device }, body: approval(world) });
  const body = { signatureKey: junk(32), linkKey: junk(32), commitment: junk(32) };
  await callWith(world, token, 'publishLink', { body });
}

/** A device asks that another account's device or session be ended, and to block whom it cannot. */
const endOthers: Act = (world, draw) => {
  const self = draw.pick(running(world));
  const other = draw.pick(running(world).filter(({ person }) => person !== self?.person));
  const token = self?.ref && world.tokens.get(self.ref.device);
  if (!token || !other?.ref || other.session === null) return;
  void tryTo(world, token, 'revokeDevice', { params: { device: other.ref.device } });
  void tryTo(world, token, 'publishLink', {
    body: { signatureKey: junk(32), linkKey: junk(32), commitment: junk(32) },
  });
  for (const account of [self.ref.account, 'nobody'])
    void tryTo(world, token, 'block', { params: { account } });
  // What is not its own is left alone, without a word.
  void callWith(world, token, 'logOut', { params: { session: other.session } });
};

/** A device that was revoked, or that a restore forgot, asks to be let in again. */
const comeBack: Act = (world, draw) => {
  const gone = draw.pick(world.devices.filter((device) => device.gone && device.on));
  gone?.do('come back', (sealpost) => sealpost.logBackIn({ password }));
};

/** Calls that must be refused, whoever makes them. */
export const intrudersActs: Readonly<Record<string, WeightedAct>> = {
  intruder: { weight: 4, act: intruder },
  endOthers: { weight: 3, act: endOthers },
  comeBack: { weight: 3, act: comeBack },
};
