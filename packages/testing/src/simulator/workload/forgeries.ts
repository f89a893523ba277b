import { type Change, type DeviceRef, emptyChange } from '@sealpost/domain';
import type { LedgerLog } from '../judge/ledger.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { forge, type ForgedEntry } from './forge.ts';
import { forgedCommits } from './forged/commits.ts';
import { forgedFoundings, groupBut } from './forged/foundings.ts';
import { forgedMessages } from './forged/messages.ts';
import { commitOf, type Forged, type Forgery, type Place, placesFor } from './forged/place.ts';
import { forgedRosters } from './forged/rosters.ts';
import { running } from './running.ts';

/** All that can be forged is tried within so long, each somewhere. */
const spreadMs = 5_000;
/** Whoever could forge may come later. */
const patience = { looks: 10, everyMs: 3_000 };
/** Few are admins. */
const adminsPatience = { looks: 100, everyMs: 2_000 };
/** That a device is without keys does not last. */
const withoutKeysPatience = { looks: 300, everyMs: 200 };

type ForgedKind = 'commit' | 'roster' | 'message';

const forgeIn =
  (kind: ForgedKind, forgeries: readonly Forgery[]): Act =>
  (world, draw) => {
    for (const forgery of forgeries) {
      const { looks } = patienceFor(forgery);
      world.timeline.after(draw.int(0, spreadMs), () =>
        lookFor(world, { kind, forgery, looks }, draw),
      );
    }
  };

/** Forges where there is somebody to do it, and looks again if there is nobody now. */
function lookFor(
  world: World,
  { kind, forgery, looks }: { kind: ForgedKind; forgery: Forgery; looks: number },
  draw: Draw,
): void {
  const place = draw.pick(placesFor(world, forgery));
  const forged = place && forgery.entry(place);
  if (forged) return forgeAt(world, kind, { forgery, place, forged }, draw);
  const again = (): void => lookFor(world, { kind, forgery, looks: looks - 1 }, draw);
  if (looks > 1) world.timeline.after(patienceFor(forgery).everyMs, again);
}

const patienceFor = ({ withoutKeys, by }: Forgery): typeof patience => {
  if (withoutKeys) return withoutKeysPatience;
  return by.every((role) => role === 'admin') ? adminsPatience : patience;
};

interface Tried {
  readonly forgery: Forgery;
  readonly place: Place;
  readonly forged: Forged;
}

function forgeAt(
  world: World,
  kind: ForgedKind,
  { forgery, place, forged }: Tried,
  draw: Draw,
): void {
  const { conversation, self, log } = place;
  const { parts, epochsBack = 0 } = forged;
  const madeFor = { generation: log.generation, epoch: log.epoch - epochsBack };
  const entry = { kind, conversation, self, ...madeFor, parts };
  const isWrong = (before: LedgerLog): boolean =>
    forgery.by.includes(before.roles.get(self.account) ?? 'member') &&
    (forged.isWrong?.(before) ?? true);
  forge(world, { ...entry, change: changeOf(kind, place, forged) }, { isWrong }, draw);
}

function changeOf(kind: ForgedEntry['kind'], place: Place, { change }: Forged): Change | null {
  if (change === null || (kind === 'message' && change === undefined)) return null;
  return kind === 'commit' ? commitOf(place, change ?? {}) : { ...emptyChange, ...change };
}

const forgeFoundings: Act = (world, draw) => {
  for (const founding of forgedFoundings)
    world.timeline.after(draw.int(0, spreadMs), () => {
      const devices = running(world).flatMap(({ ref }) => (ref ? [ref] : []));
      const self = draw.pick(devices);
      const other = draw.pick(devices.filter(({ account }) => account !== self?.account));
      if (!self || !other) return;
      const suite = world.engine.suite;
      const { conversation, ...forged } = founding({
        self,
        other,
        suite,
        group: groupIn(world, draw),
      });
      const chosen = conversation ?? `group-by-hand-${draw.int(0, 0x7fffffff)}`;
      const where = { conversation: chosen, self, generation: 1, epoch: 1 };
      forge(world, { kind: 'created', ...where, ...forged }, {}, draw);
    });
};

/** The id of a group that there is. */
function groupIn(world: World, draw: Draw): string | null {
  const groups = [...world.ledger.logs].filter(([, { founding }]) => founding?.kind === 'group');
  return draw.pick(groups)?.[0] ?? null;
}

/** Into the keys of a conversation that it shares with a device of the account. */
function intoKeys(world: World, revoked: DeviceRef, draw: Draw): ForgedEntry | null {
  const possible = [...world.ledger.logs].flatMap(([conversation, log]) =>
    log.isMember(revoked.account) && !log.hasKeys(revoked.device)
      ? running(world).flatMap(({ ref: self }) =>
          self && log.isMember(self.account) && log.hasKeys(self.device)
            ? [{ conversation, log, self, others: [], outsiders: [] }]
            : [],
        )
      : [],
  );
  const place = draw.pick(possible);
  if (!place) return null;
  const { conversation, log, self } = place;
  const { generation, epoch } = log;
  const change = commitOf(place, { addDevices: [revoked] });
  return { conversation, self, kind: 'commit', generation, epoch, change };
}

/** Into a group that it founds. */
function intoGroup(world: World, revoked: DeviceRef, draw: Draw): ForgedEntry | null {
  const self = draw.pick(running(world).filter(({ ref }) => ref?.account !== revoked.account))?.ref;
  if (!self) return null;
  const change = groupBut({ self, other: revoked, suite: world.engine.suite }, {});
  const conversation = `group-by-hand-${draw.int(0, 0x7fffffff)}`;
  return { conversation, self, kind: 'created', generation: 1, epoch: 1, change };
}

/** Whether one that was revoked may be let in depends on when (G6). */
const isJudgedElsewhere = (): boolean => false;

/** A device says that it lets in one that was revoked. */
const letRevokedIn: Act = (world, draw) => {
  const revoked = draw.pick(world.devices.filter(({ gone, ref }) => gone && ref))?.ref;
  const into = draw.pick([intoKeys, intoKeys, intoGroup]);
  const forged = revoked && into?.(world, revoked, draw);
  if (!forged) return;
  void world.database.stores.devices.find(revoked.device).then((stored) => {
    if (stored?.status === 'revoked') forge(world, forged, { isWrong: isJudgedElsewhere }, draw);
  });
};

const beyondAll = 1_000_000;

/** All who are connected say, of all conversations, that before the last restore they had read more than there is. */
export function reportOfBefore(world: World): void {
  const incarnation = world.incarnationBefore;
  const conversations = [...world.ledger.logs.keys()];
  if (incarnation === null || conversations.length === 0) return;
  const reached = { incarnation, delivered: beyondAll, read: beyondAll, shown: beyondAll };
  const cursors = conversations.map((conversation) => ({ conversation, ...reached }));
  for (const { number } of world.devices)
    world.network.say(number, { request: 0, name: 'cursors', payload: { cursors } });
}

/** What a device can say beside its application, and nobody may believe. */
export const forgedActs: Readonly<Record<string, WeightedAct>> = {
  letRevokedIn: { weight: 6, act: letRevokedIn },
  forgedCommits: { weight: 4, act: forgeIn('commit', forgedCommits) },
  forgedRosters: { weight: 4, act: forgeIn('roster', forgedRosters) },
  forgedMessages: { weight: 3, act: forgeIn('message', forgedMessages) },
  forgedFoundings: { weight: 4, act: forgeFoundings },
};
