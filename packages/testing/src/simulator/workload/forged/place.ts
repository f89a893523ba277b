import {
  type Change,
  type ConversationKind,
  type DeviceRef,
  emptyChange,
  type Role,
} from '@sealpost/domain';
import type { LedgerLog } from '../../judge/ledger.ts';
import type { World } from '../../world.ts';
import { running } from '../running.ts';

/** A conversation, and one of its devices that says in it what it may not. */
export interface Place {
  readonly conversation: string;
  readonly log: LedgerLog;
  readonly self: DeviceRef;
  /** Certified devices of other members, and of accounts that are no members. */
  readonly others: readonly DeviceRef[];
  readonly outsiders: readonly DeviceRef[];
}

/** Something that must be refused, made so that nothing else is wrong with it. */
export interface Forgery {
  readonly in: readonly ConversationKind[];
  /** By whom; it is wrong for as long as its sender has such a role. */
  readonly by: readonly Role[];
  /** Null: not in this place. */
  readonly entry: (place: Place) => Forged | null;
  /** By a device without keys; else by one that has them. */
  readonly withoutKeys?: true;
}

export interface Forged {
  /** Not said: as it should be. Null: none. */
  readonly change?: Partial<Change> | null;
  readonly parts?: readonly { readonly audience: unknown; readonly bytes: Uint8Array }[];
  /** Made for the keys of so many changes ago. */
  readonly epochsBack?: number;
  /** If something else could make it right. */
  readonly isWrong?: (before: LedgerLog) => boolean;
}

export const anyKind: readonly ConversationKind[] = ['direct', 'group', 'self'];
export const anyRole: readonly Role[] = ['owner', 'admin', 'member'];

export const part = (audience: unknown): NonNullable<Forged['parts']>[number] => ({
  audience,
  bytes: Uint8Array.of(1),
});

/** Where it can be tried, with one sender each. */
export function placesFor(world: World, forgery: Forgery): readonly Place[] {
  const devices = running(world).flatMap(({ ref }) => (ref ? [ref] : []));
  return [...world.ledger.logs].flatMap(([conversation, log]) => {
    if (!log.founding || !forgery.in.includes(log.founding.kind)) return [];
    const isHere = ({ account }: DeviceRef): boolean => log.isMember(account);
    return devices
      .filter(({ account, device }) => {
        const role = log.roles.get(account);
        return (
          role !== undefined &&
          forgery.by.includes(role) &&
          log.hasKeys(device) !== (forgery.withoutKeys ?? false)
        );
      })
      .map((self) => ({
        ...{ conversation, log, self },
        others: devices.filter((ref) => isHere(ref) && ref.account !== self.account),
        outsiders: devices.filter((ref) => !isHere(ref)),
      }));
  });
}

export const owedIn = ({ owed, accountOf }: LedgerLog): readonly DeviceRef[] =>
  [...owed].map((device) => ({ account: accountOf.get(device) ?? '', device }));

/** A change of keys as it should be, but for what is named. */
export const commitOf = ({ log }: Place, spoilt: Partial<Change>): Change => ({
  ...{ ...emptyChange, mode: 'member', removeDevices: owedIn(log) },
  ...spoilt,
});
