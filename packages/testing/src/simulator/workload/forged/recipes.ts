import type { Change, DeviceRef, Role } from '@sealpost/domain';
import type { LedgerLog } from '../../judge/ledger.ts';
import { anyKind, anyRole, type Forged, type Forgery, owedIn, type Place } from './place.ts';

/** In any conversation, by anybody in it. */
export const anywhere = (entry: Forgery['entry']): Forgery => ({ in: anyKind, by: anyRole, entry });

/** In a group, by one who may otherwise do such things. */
export const inGroup = (by: readonly Role[], entry: Forgery['entry']): Forgery => ({
  ...{ in: ['group'], by, entry },
});

export const member = ({ account }: DeviceRef): Change['addMembers'][number] => ({
  account,
  role: 'member',
});

/** The devices of an account that hold the keys. */
export const keyedOf = ({ log }: Place, account: string): readonly DeviceRef[] =>
  [...log.accountOf].flatMap(([device, owner]) =>
    owner === account && log.hasKeys(device) ? [{ account, device }] : [],
  );

export const allKeyed = (place: Place): readonly DeviceRef[] =>
  [...new Set(place.log.accountOf.values())].flatMap((account) => keyedOf(place, account));

/** With the first of some devices, if there is one. */
export const withOne =
  (
    from: (place: Place) => readonly DeviceRef[],
    spoilt: (one: DeviceRef, place: Place) => Forged,
  ): Forgery['entry'] =>
  (place) => {
    const [one] = from(place);
    return one ? spoilt(one, place) : null;
  };

export const outsiders = ({ outsiders: from }: Place): readonly DeviceRef[] => from;
export const others = ({ others: from }: Place): readonly DeviceRef[] => from;

/** A member goes with all its devices, as it must. */
export const without = (
  place: Place,
  account: string,
): Pick<Change, 'removeMembers' | 'removeDevices'> => ({
  removeMembers: [account],
  removeDevices: [
    ...owedIn(place.log).filter((owed) => owed.account !== account),
    ...keyedOf(place, account),
  ],
});

export const isKept = ({ log }: Place, device: string): boolean =>
  log.hasKeys(device) && !log.owed.has(device);

export const owners = ({ roles }: LedgerLog): number =>
  [...roles.values()].filter((role) => role === 'owner').length;

export const nobody: DeviceRef = { account: 'nobody', device: 'nobody' };
