import { randomUUID } from 'node:crypto';
import {
  type Change,
  type Command,
  directId,
  emptyChange,
  type Role,
  selfId,
} from '@sealpost/domain';
import { TOKENS } from '../../src/composition/tokens.ts';
import { suite } from '../support/people.ts';
import type { ConversationName } from './names.ts';
import { type Device, People, type Person } from './people.ts';
import type { Subject } from './subject.ts';

const names = ['alice', 'bob', 'carol', 'dave', 'mallory', 'oscar', 'newcomer', 'ann'] as const;
type PersonName = (typeof names)[number];

/** What only Alice and Bob may read. */
const secretBytes = (): Uint8Array => new Uint8Array(Buffer.from(`secret ${randomUUID()}`));

/** Everybody and everything of one world, before the first case. */
export interface Cast {
  readonly people: Readonly<Record<PersonName, Person>>;
  readonly devices: Readonly<Record<string, Device>>;
  readonly conversations: Readonly<Record<ConversationName | 'bystander', string>>;
  /** Of one entry of the named device. */
  readonly clientIds: Readonly<Record<string, string>>;
  /** Bundles of each device that has some, the last resort's at the end. */
  readonly refs: Readonly<Record<string, readonly string[]>>;
  readonly secret: Uint8Array;
  readonly make: People;
}

export const refOf = ({ account, device }: Device) => ({ account, device });

export const aCommand = (
  conversation: string,
  sender: Device,
  about: Partial<Command> = {},
): Command => ({
  conversation,
  kind: 'message',
  class: 'loud',
  sender: refOf(sender),
  clientId: randomUUID(),
  after: null,
  generation: 1,
  epoch: 1,
  change: null,
  blobs: [],
  parts: [{ audience: 'all', bytes: new Uint8Array(Buffer.from('ciphertext')) }],
  ...about,
});

/** The first entry: the first device founds it and leads it, the others are members. */
export const aFounding = (
  conversation: string,
  kind: 'group' | 'direct' | 'self',
  [founder, ...others]: readonly [Device, ...Device[]],
): Command => {
  const role = (at: number): Role => (at === 0 && kind !== 'direct' ? 'owner' : 'member');
  const all = [founder, ...others];
  const accounts = [...new Set(all.map(({ account }) => account))];
  const change: Change = {
    ...emptyChange,
    mode: 'found',
    founding: { kind, suite },
    addMembers: accounts.map((account, at) => ({ account, role: role(at) })),
    addDevices: all.map(refOf),
  };
  const about = { kind: 'created', class: 'quiet', generation: 0, epoch: 0, change } as const;
  return aCommand(conversation, founder, about);
};

/** Puts entries into logs as clients would, past the transports. */
async function appended({ get }: Subject, command: Command): Promise<void> {
  const outcome = await (await get(TOKENS.appendEntry)).execute(command);
  if (!outcome.ok) throw new Error(`the world was refused: ${outcome.error.code}`);
}

async function everybody(make: People): Promise<Record<PersonName, Person>> {
  const known = new Set<PersonName>(['mallory', 'oscar', 'newcomer']);
  const made = names.map(async (name) => [name, await make.person(name, known.has(name))] as const);
  return Object.fromEntries(await Promise.all(made)) as Record<PersonName, Person>;
}

async function everyDevice(make: People, people: Record<PersonName, Person>) {
  const { alice, bob, carol, dave, mallory, oscar, newcomer, ann } = people;
  const [alice1, mallory1] = [
    await make.first(alice, 'alice1'),
    await make.first(mallory, 'mallory1'),
  ];
  const oscar1 = await make.first(oscar, 'oscar1');
  return {
    alice1,
    alice2: await make.linked(alice, 'alice2', alice1.device),
    alicePending: await make.linking(alice, 'alicePending', null),
    aliceOffered: await make.linking(alice, 'aliceOffered', alice1.device),
    aliceApproved: await make.linked(alice, 'aliceApproved', alice1.device),
    bob1: await make.first(bob, 'bob1'),
    carol1: await make.first(carol, 'carol1'),
    dave1: await make.first(dave, 'dave1'),
    ann1: await make.first(ann, 'ann1'),
    mallory1,
    mallory2: await make.linked(mallory, 'mallory2', mallory1.device),
    malloryPending: await make.linking(mallory, 'malloryPending', mallory1.device),
    oscar1,
    newcomer1: await make.pending(newcomer, 'newcomer1'),
    // Further sessions, so that a case can lose one without ending all that follow.
    spare: await make.loggedIn(oscar1, oscar1.key, true),
    cookies: await make.loggedIn(oscar1, oscar1.key, true),
    revoked: await make.loggedIn(oscar1, oscar1.key, true),
    expired: await make.loggedIn(oscar1, oscar1.key, true, -1),
  };
}

/** A world of victims, attackers and a bystander, none of whom any other world knows. */
export async function aCast(subject: Subject): Promise<Cast> {
  const { get, stores } = subject;
  const make = new People(subject);
  const people = await everybody(make);
  const devices = await everyDevice(make, people);
  const { alice1, alice2, bob1, carol1, mallory1, oscar1, ann1, revoked } = devices;
  const digest = await get(TOKENS.digest);
  const id = (name: string): string => `${name}-${randomUUID()}`;
  const conversations = {
    group: id('group'),
    carols: id('carols'),
    direct: directId(digest, people.mallory.account, people.carol.account),
    left: id('left'),
    private: id('private'),
    self: selfId(digest, people.alice.account),
    bystander: id('bystander'),
  };
  const founded: readonly Command[] = [
    aFounding(conversations.group, 'group', [mallory1, oscar1, carol1]),
    aFounding(conversations.carols, 'group', [carol1, mallory1, oscar1]),
    aFounding(conversations.direct, 'direct', [mallory1, carol1]),
    aFounding(conversations.left, 'group', [carol1, mallory1]),
    aFounding(conversations.private, 'group', [alice1, bob1]),
    aFounding(conversations.self, 'self', [alice1, alice2]),
    aFounding(conversations.bystander, 'group', [ann1]),
  ];
  for (const command of founded) await appended(subject, command);
  const change: Change = {
    ...emptyChange,
    mode: 'member',
    removeMembers: [mallory1.account],
    removeDevices: [refOf(mallory1)],
  };
  const removal = { kind: 'commit', class: 'quiet', change } as const;
  await appended(subject, aCommand(conversations.left, carol1, removal));
  const secret = secretBytes();
  const parts = [{ audience: 'all' as const, bytes: secret }];
  const sent = {
    alice1: aCommand(conversations.private, alice1, { parts }),
    carol1: aCommand(conversations.group, carol1),
    mallory1: aCommand(conversations.group, mallory1),
  };
  for (const command of Object.values(sent)) await appended(subject, command);
  await stores.accounts.block(people.dave.account, people.mallory.account);
  await stores.cursors.move([
    {
      conversation: conversations.private,
      ...refOf(alice1),
      incarnation: 1,
      delivered: 2,
      read: 1,
    },
    { conversation: conversations.group, ...refOf(carol1), incarnation: 1, delivered: 1, read: 1 },
  ]);
  await (await get(TOKENS.authenticate)).logOut({ ...revoked, certified: true }, [revoked.session]);
  const refs = { alice1, alice2, bob1, carol1, dave1: devices.dave1, mallory1 };
  return {
    people,
    devices,
    conversations,
    clientIds: Object.fromEntries(
      Object.entries(sent).map(([name, { clientId }]) => [name, clientId]),
    ),
    refs: Object.fromEntries(
      await Promise.all(
        Object.entries(refs).map(async ([name, device]) => [name, await make.stock(device)]),
      ),
    ) as Record<string, readonly string[]>,
    secret,
    make,
  };
}
