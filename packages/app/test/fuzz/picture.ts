import { type Entry, currentMembers, type Stores } from '@sealpost/domain';
import { TOKENS } from '../../src/composition/tokens.ts';
import { suite } from '../support/people.ts';
import type { Cast } from './cast.ts';
import { victimDevices, victims } from './names.ts';
import type { Subject } from './subject.ts';

/** What attackers share nothing of. */
export const closed = ['private', 'self', 'bystander'] as const;
/** What they share with Carol; `left` is what Mallory was removed from. */
const shared = ['group', 'carols', 'direct', 'left'] as const;

/** Everything that is kept of the victims, as the ports tell it. */
export interface Picture {
  /** What nobody but its owner may change, whatever is asked. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Bundles that can be claimed, by device. */
  readonly bundles: Readonly<Record<string, readonly string[]>>;
  /** Conversations that are listed for each victim. */
  readonly listed: Readonly<Record<string, readonly string[]>>;
  readonly logs: Readonly<Record<(typeof shared)[number], readonly Entry[]>>;
  /** The roles of all members of what they share. */
  readonly roles: Readonly<Record<(typeof shared)[number], string>>;
}

/** One form for equal values: bytes as hex, fields in order. */
export const written = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => {
    if (member instanceof Uint8Array) return `hex:${Buffer.from(member).toString('hex')}`;
    if (member instanceof Map) return [...member];
    if (member instanceof Set) return [...member];
    return typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member;
  });

const plenty = { entries: 1_000, bytes: 2 ** 28 };

async function entriesOf(stores: Stores, conversation: string): Promise<readonly Entry[]> {
  return (await stores.log.page(conversation, 0, plenty))?.entries ?? [];
}

async function accountsAndDevices({ stores }: Subject, { people, devices }: Cast) {
  const now = Date.now();
  const told: [string, unknown][] = [];
  for (const name of victims) {
    const { account } = people[name];
    told.push([`account of ${name}`, await stores.accounts.find(account)]);
    told.push([`password of ${name}`, await stores.accounts.passwordHash(account)]);
    told.push([`blocks of ${name}`, await stores.accounts.blockedBy(account)]);
    told.push([`devices of ${name}`, await stores.devices.list(account)]);
    told.push([`sessions of ${name}`, await stores.sessions.list(account, now)]);
  }
  for (const name of victimDevices) {
    const device = devices[name]?.device ?? '';
    told.push([`link of ${name}`, await stores.devices.link(device)]);
    told.push([`session of ${name}`, await stores.sessions.find(devices[name]?.session ?? '')]);
  }
  const accounts = victims.map((name) => people[name].account);
  const tasks = (await stores.devices.rosterTasks(1_000)).filter(({ account }) =>
    accounts.includes(account),
  );
  return [...told, ['roster tasks', tasks] as [string, unknown]];
}

async function conversations({ stores, get }: Subject, { people, conversations: ids }: Cast) {
  const told: [string, unknown][] = [];
  for (const name of closed) {
    const id = ids[name];
    const members = Object.values(people).map(({ account }) => account);
    told.push([`log of ${name}`, await entriesOf(stores, id)]);
    told.push([`head of ${name}`, [...(await stores.log.heads([id])).values()]]);
    told.push([`state of ${name}`, (await (await get(TOKENS.conversationLog)).state(id))?.state]);
    told.push([`cursors of ${name}`, await stores.cursors.ofConversation(id, members)]);
  }
  const owners = victims.map((name) => people[name].account);
  for (const name of shared)
    told.push([
      `victims’ cursors in ${name}`,
      await stores.cursors.ofConversation(ids[name], owners),
    ]);
  return told;
}

export async function pictureOf(subject: Subject, cast: Cast): Promise<Picture> {
  const { stores, get } = subject;
  const log = await get(TOKENS.conversationLog);
  const fixed = [
    ...(await accountsAndDevices(subject, cast)),
    ...(await conversations(subject, cast)),
  ];
  const bundles: [string, readonly string[]][] = [];
  for (const name of Object.keys(cast.refs)) {
    const device = cast.devices[name];
    if (!device || name.startsWith('mallory')) continue;
    const { oneTime, lastResort } = await stores.keys.refs(device, suite, Date.now());
    bundles.push([name, [...oneTime, `last resort ${lastResort}`]]);
  }
  const listed: [string, readonly string[]][] = [];
  for (const name of victims) {
    const page = { after: null, limit: 1_000, ended: true };
    listed.push([name, await stores.index.conversationsOf(cast.people[name].account, page)]);
  }
  const logs: [string, readonly Entry[]][] = [];
  const roles: [string, string][] = [];
  for (const name of shared) {
    const id = cast.conversations[name];
    const state = (await log.state(id))?.state;
    logs.push([name, await entriesOf(stores, id)]);
    const members = state ? currentMembers(state) : [];
    roles.push([
      name,
      written(members.map((account) => [account, state?.members.get(account)?.role])),
    ]);
  }
  return {
    fixed: Object.fromEntries(fixed.map(([name, value]) => [name, written(value)])),
    bundles: Object.fromEntries(bundles),
    listed: Object.fromEntries(listed),
    logs: Object.fromEntries(logs) as unknown as Picture['logs'],
    roles: Object.fromEntries(roles) as unknown as Picture['roles'],
  };
}
