import type { Entry } from '@sealpost/domain';
import type { Cast } from './cast.ts';
import { attackers } from './names.ts';
import { closed, type Picture, written } from './picture.ts';

/** What attackers did that the protocol lets them do to others. */
export interface Deeds {
  /** Refs of bundles that a claim handed out, as often as it did. */
  readonly claimed: string[];
  /** Conversations that an append named. */
  readonly appendedTo: Set<string>;
  /** Devices by which a client id was sent, by `conversation client id`. */
  readonly sent: Map<string, Set<string>>;
}

export const noDeeds = (): Deeds => ({ claimed: [], appendedTo: new Set(), sent: new Map() });

/** A field that is a text. */
export function fieldOf(value: unknown, field: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'string' ? found : null;
}

/** What is told only because somebody did something. */
const doings: ReadonlySet<string> = new Set(['typing', 'receipts', 'devices_changed', 'closing']);

/**
 * Whether somebody who shares no conversation with an attacker, but such as attackers opened with her, was told of a doing:
 * nobody else does anything. That an attacker named a conversation of hers is no excuse.
 */
export function isToldOddly(
  { name, payload }: { readonly name: string; readonly payload: unknown },
  { conversations }: Pick<Cast, 'conversations'>,
  { appendedTo }: Pick<Deeds, 'appendedTo'>,
): boolean {
  if (!doings.has(name)) return false;
  const conversation = fieldOf(payload, 'conversation');
  const isOwn = closed.some((own) => conversations[own] === conversation);
  return conversation === null || isOwn || !appendedTo.has(conversation);
}

/**
 * What changed of the victims that nobody else may change.
 *
 * An attacker may: be handed bundles of anybody who takes things from it, each at most once; open conversations with
 * them; and append to what it is a member of, under its own name, with the permissions of its role. Everything else is
 * the victims’ own.
 */
export function foreignChanges(
  before: Picture,
  after: Picture,
  cast: Cast,
  deeds: Deeds,
): string[] {
  const fixed = Object.keys(before.fixed).filter(
    (name) => before.fixed[name] !== after.fixed[name],
  );
  return [
    ...fixed,
    ...bundlesGone(before, after, deeds),
    ...listings(before, after, deeds),
    ...logs(before, after, cast, deeds),
    ...membersGone(before, after, cast),
  ];
}

function bundlesGone(before: Picture, after: Picture, { claimed }: Deeds): string[] {
  return Object.entries(before.bundles).flatMap(([name, refs]) => {
    const left = after.bundles[name] ?? [];
    const given = refs.filter((ref) => !left.includes(ref) && !claimed.includes(ref));
    const made = left.filter((ref) => !refs.includes(ref));
    const twice = refs.filter((ref) => claimed.filter((one) => one === ref).length > 1);
    return [
      ...given.map(() => `a bundle of ${name} is gone that nobody was given`),
      ...made.map(() => `a bundle of ${name} that it did not upload`),
      ...twice.map(() => `a bundle of ${name} was given twice`),
    ];
  });
}

function listings(before: Picture, after: Picture, { appendedTo }: Deeds): string[] {
  return Object.entries(before.listed).flatMap(([name, listed]) => {
    const now = after.listed[name] ?? [];
    const lost = listed.filter((one) => !now.includes(one));
    const found = now.filter((one) => !listed.includes(one) && !appendedTo.has(one));
    return [
      ...lost.map(() => `a conversation of ${name} is not listed any more`),
      ...found.map(() => `${name} is listed in a conversation that nobody opened`),
    ];
  });
}

function logs(before: Picture, after: Picture, cast: Cast, { sent }: Deeds): string[] {
  const own = new Set<string>(Object.values(cast.people).map(({ account }) => account));
  const theirs = ['mallory', 'oscar', 'newcomer'] as const;
  const mayAppend = new Set(theirs.map((name) => cast.people[name].account));
  const isForeign = (entry: Entry): boolean => {
    const { account, device } = entry.sender;
    if (own.has(account) && !mayAppend.has(account)) return true;
    const by = sent.get(`${entry.conversation} ${entry.clientId}`);
    return by !== undefined && !by.has(device);
  };
  return (Object.keys(before.logs) as (keyof Picture['logs'])[]).flatMap((name) => {
    const [old, now] = [before.logs[name], after.logs[name]];
    const changed = old.some((entry, at) => envelope(entry) !== envelope(now[at]));
    const foreign = now.slice(old.length).filter(isForeign);
    return [
      ...(changed ? [`an entry of ${name} changed`] : []),
      ...foreign.map(() => `an entry of ${name} is under a name that did not send it`),
      ...(name === 'left' && now.length > old.length ? ['a former member appended'] : []),
    ];
  });
}

/** A later commit drops the parts for joiners of an earlier one; everything else of an entry stays. */
const envelope = (entry: Entry | undefined): string =>
  written(
    entry && { ...entry, parts: entry.parts.filter(({ audience }) => audience !== 'joiners') },
  );

/** Where the attackers lead nothing, nobody else loses a place or a role. */
function membersGone(before: Picture, after: Picture, cast: Cast): string[] {
  const led = ['carols', 'direct', 'left'] as const;
  const attacking = new Set(
    attackers.map(
      (name) => cast.people[name === 'oscar' || name === 'newcomer' ? name : 'mallory'].account,
    ),
  );
  const others = (roles: string): string =>
    written(
      (JSON.parse(roles) as [string, string][]).filter(([account]) => !attacking.has(account)),
    );
  return led
    .filter((name) => others(before.roles[name]) !== others(after.roles[name]))
    .map((name) => `the members of ${name} were changed by one who may not`);
}
