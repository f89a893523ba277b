import { randomUUID } from 'node:crypto';
import { type Change, directId, emptyChange, keyedDevices, selfId } from '@sealpost/domain';
import { type CallName, logInProofBytes } from '@sealpost/protocol';
import { Named } from '@sealpost/testing/hostile';
import { TOKENS } from '../../src/composition/tokens.ts';
import { password, suite } from '../support/people.ts';
import { aCommand, aFounding, type Cast, refOf } from './cast.ts';
import type { ConversationName } from './names.ts';
import { aBundle, type Device } from './people.ts';
import type { Subject } from './subject.ts';

export interface Situation {
  readonly subject: Subject;
  readonly cast: Cast;
  /** Whose request it is; of a credential that is no good, Mallory's first device. */
  readonly self: Device;
}

interface Input {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

type Recipe = (situation: Situation) => Input | Promise<Input>;

type Wanted = Omit<ReturnType<typeof aCommand>, 'conversation' | 'sender'>;
const bodyOf = ({ conversation, sender: _sender, ...body }: ReturnType<typeof aCommand>) => ({
  params: { conversation },
  body: body satisfies Wanted,
});

/** Something appended on what is in force now. */
const onTop =
  (
    name: ConversationName,
    kind: 'message' | 'commit' | 'roster',
    change: (situation: Situation) => Partial<Change> = () => ({}),
  ): Recipe =>
  async (situation) => {
    const { subject, cast, self } = situation;
    const conversation = cast.conversations[name];
    const known = await (await subject.get(TOKENS.conversationLog)).state(conversation);
    const { generation = 1, epoch = 1 } = known?.state ?? {};
    const owed = known
      ? keyedDevices(known.state).filter(({ device }) => known.state.owed.has(device))
      : [];
    const removeDevices = kind === 'commit' ? owed : [];
    return bodyOf(
      aCommand(conversation, self, {
        kind,
        class: kind === 'message' ? 'loud' : 'quiet',
        generation,
        epoch,
        change: kind === 'message' ? null : { ...emptyChange, removeDevices, ...change(situation) },
        ...(kind === 'roster' ? { parts: [] } : {}),
      }),
    );
  };

const certifying = async ({ cast }: Situation): Promise<Input> => {
  const { people, devices, make } = cast;
  const { newcomer1 } = devices;
  if (!newcomer1) return {};
  const certificate = make.certificate(people.newcomer, newcomer1);
  return {
    params: {},
    query: {},
    body: { accountKey: people.newcomer.key.publicKey, ...certificate },
  };
};

const approving =
  (name: string): Recipe =>
  ({ cast }) => {
    const { people, devices, make } = cast;
    const pending = devices[name];
    if (!pending) return {};
    const { certificate, certifiedAt } = make.certificate(people.mallory, pending);
    const body = { certificate, certifiedAt, package: new Uint8Array(100) };
    return { params: { device: pending.device }, query: {}, body };
  };

const loggingIn =
  (whose: 'mallory' | 'alice', proof: string | null): Recipe =>
  ({ cast }) => {
    const { people, devices } = cast;
    const device = proof === null ? undefined : devices[proof];
    const issuedAt = Date.now();
    const signed = device && logInProofBytes({ device: device.device, issuedAt });
    const signature = signed ? Buffer.from(device.key.sign(signed), 'base64url') : null;
    const proven = device &&
      signature && { device: device.device, issuedAt, signature: new Uint8Array(signature) };
    const { handle } = people[whose];
    return { body: { handle, password, deviceName: 'phone', proof: proven ?? null } };
  };

const uploading =
  (count: number): Recipe =>
  () => ({
    body: { suite, oneTime: Array.from({ length: count }, aBundle), lastResort: aBundle() },
  });

const refreshing: Recipe = ({ cast }) => ({
  body: { refreshToken: cast.devices['spare']?.refreshToken, next: randomUUID() + randomUUID() },
});

/** Requests that the world would take, or that only whose they are speaks against. They go deeper than values that fit a schema. */
const recipes: Readonly<Partial<Record<CallName, Readonly<Record<string, Recipe>>>>> = {
  append: {
    'a message into group': onTop('group', 'message'),
    'a message into carols': onTop('carols', 'message'),
    'a message into direct': onTop('direct', 'message'),
    'a message into private': onTop('private', 'message'),
    'a message into left': onTop('left', 'message'),
    'fresh keys of group': onTop('group', 'commit', () => ({ mode: 'member' })),
    'fresh keys of carols': onTop('carols', 'commit', () => ({ mode: 'member' })),
    'joining group': onTop('group', 'commit', ({ self }) => ({
      mode: 'external',
      removeDevices: [],
      addDevices: [refOf(self)],
    })),
    'joining private': onTop('private', 'commit', ({ self }) => ({
      mode: 'external',
      addDevices: [refOf(self)],
    })),
    'adding Bob to group': onTop('group', 'commit', ({ cast }) => ({
      mode: 'member',
      addMembers: [{ account: cast.people.bob.account, role: 'member' }],
    })),
    'removing Carol from carols': onTop('carols', 'commit', ({ cast }) => ({
      mode: 'member',
      removeMembers: [cast.people.carol.account],
    })),
    'removing Carol from group': onTop('group', 'roster', ({ cast }) => ({
      removeMembers: [cast.people.carol.account],
    })),
    'a role for oneself in carols': onTop('carols', 'roster', ({ self }) => ({
      setRoles: [{ account: self.account, role: 'owner' }],
    })),
    'leaving carols': onTop('carols', 'roster', ({ self }) => ({ removeMembers: [self.account] })),
    'revoking Carol’s device in carols': onTop('carols', 'roster', ({ cast }) => ({
      revokeDevices: cast.devices['carol1'] ? [refOf(cast.devices['carol1'])] : [],
    })),
    'a reset of carols': onTop('carols', 'commit', ({ self }) => ({
      mode: 'found',
      addDevices: [refOf(self)],
    })),
    'founding with Alice': ({ self, cast }) =>
      bodyOf(
        aFounding(
          `group-${randomUUID()}`,
          'group',
          cast.devices['alice1'] ? [self, cast.devices['alice1']] : [self],
        ),
      ),
    'opening with Alice': async ({ self, cast, subject }) =>
      bodyOf(
        aFounding(
          directId(await subject.get(TOKENS.digest), self.account, cast.people.alice.account),
          'direct',
          cast.devices['alice1'] ? [self, cast.devices['alice1']] : [self],
        ),
      ),
    'one’s own': async ({ self, subject }) =>
      bodyOf(aFounding(selfId(await subject.get(TOKENS.digest), self.account), 'self', [self])),
  },
  certifyFirst: { 'a certificate': certifying },
  approveDevice: {
    'one’s own device': approving('malloryPending'),
    'Alice’s device': approving('alicePending'),
    'Alice’s offered device': approving('aliceOffered'),
  },
  offerLink: {
    'one’s own device': ({ cast }) => ({
      params: { device: cast.devices['malloryPending']?.device },
      body: { nonce: new Uint8Array(32) },
    }),
  },
  logIn: {
    'a new device': loggingIn('mallory', null),
    'a known device': loggingIn('mallory', 'mallory1'),
    'Alice’s device': loggingIn('mallory', 'alice1'),
    Alice: loggingIn('alice', null),
  },
  refresh: { 'a spare session': refreshing },
  uploadBundles: { 'two bundles': uploading(2), 'many bundles': uploading(80) },
  register: {
    'somebody new': () => ({
      body: { handle: `p${randomUUID().slice(0, 20)}`, password, deviceName: 'phone' },
    }),
  },
};

const byName = new Map<Named, Recipe>();

/** The names of the recipes of a call. */
export const recipeNames = new Map(
  Object.entries(recipes).map(([call, all]) => [
    call,
    Object.entries(all).map(([name, recipe]) => {
      const named = new Named(name, /^$/, null);
      byName.set(named, recipe);
      return named;
    }),
  ]),
);

/** The whole input of a call, null when the name is no recipe. */
export async function cooked(name: Named, situation: Situation): Promise<unknown> {
  const recipe = byName.get(name);
  return recipe ? { params: {}, query: {}, body: undefined, ...(await recipe(situation)) } : null;
}
