import { type Change, type DeviceRef, emptyChange } from '@sealpost/domain';
import type { LedgerLog } from '../judge/ledger.ts';
import type { World } from '../world.ts';
import type { Act, Draw, WeightedAct } from './act.ts';
import { callAs } from './call-as.ts';
import { running } from './running.ts';

interface Forged {
  readonly conversation: string;
  readonly self: DeviceRef;
  readonly kind: 'created' | 'commit';
  readonly generation: number;
  readonly epoch: number;
  readonly change: Change;
}

/** Appends what no application of ours would. */
function send(world: World, forged: Forged, draw: Draw): void {
  const { conversation, self, ...entry } = forged;
  const body = {
    ...{ ...entry, class: 'quiet', clientId: `by-hand-${draw.int(0, 0x7fffffff)}`, after: null },
    ...{ blobs: [], parts: [{ audience: 'all', bytes: Uint8Array.of(1) }] },
  };
  callAs(world, self, 'append', { params: { conversation }, body });
}

/** Into the keys of a conversation that it shares with a device of the account. */
function intoKeys(world: World, revoked: DeviceRef, draw: Draw): Forged | null {
  const possible = [...world.ledger.logs].flatMap(([conversation, log]) =>
    log.isMember(revoked.account) && !log.hasKeys(revoked.device)
      ? running(world).flatMap(({ ref: self }) =>
          self && log.isMember(self.account) && log.hasKeys(self.device)
            ? [{ conversation, log, self }]
            : [],
        )
      : [],
  );
  const found = draw.pick(possible);
  if (!found) return null;
  const { conversation, log, self } = found;
  const { generation, epoch } = log;
  const change: Change = {
    ...{ ...emptyChange, mode: 'member', addDevices: [revoked], removeDevices: owedIn(log) },
  };
  return { conversation, self, kind: 'commit', generation, epoch, change };
}

const owedIn = ({ owed, accountOf }: LedgerLog): readonly DeviceRef[] =>
  [...owed].map((device) => ({ account: accountOf.get(device) ?? '', device }));

/** Into a group that it founds. */
function intoGroup(world: World, revoked: DeviceRef, draw: Draw): Forged | null {
  const self = draw.pick(running(world).filter(({ ref }) => ref?.account !== revoked.account))?.ref;
  if (!self) return null;
  const change: Change = {
    ...{ ...emptyChange, mode: 'found', founding: { kind: 'group', suite: world.engine.suite } },
    addMembers: [
      { account: self.account, role: 'owner' },
      { account: revoked.account, role: 'member' },
    ],
    addDevices: [self, revoked],
  };
  const conversation = `group-by-hand-${draw.int(0, 0x7fffffff)}`;
  return { conversation, self, kind: 'created', generation: 1, epoch: 1, change };
}

/** A device says that it lets in one that was revoked. */
const letRevokedIn: Act = (world, draw) => {
  const revoked = draw.pick(world.devices.filter(({ gone, ref }) => gone && ref))?.ref;
  const into = draw.pick([intoKeys, intoKeys, intoGroup]);
  const forged = revoked && into?.(world, revoked, draw);
  if (!forged) return;
  void world.database.stores.devices.find(revoked.device).then((stored) => {
    if (stored?.status === 'revoked') send(world, forged, draw);
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
};
