import type { AccountId, ClientId, ConversationId, DeviceRef, Seq } from '../shared/ids.ts';

/** The keys have moved on: read up to `head`, apply it, and send again for what is in force then. */
export interface StaleEpoch {
  readonly code: 'stale_epoch';
  readonly generation: number;
  readonly epoch: number;
  readonly head: Seq;
}
/** The keys include devices that the roster no longer does: commit their removal first. */
export interface RekeyNeeded {
  readonly code: 'rekey_needed';
  readonly owed: readonly DeviceRef[];
  readonly generation: number;
  readonly epoch: number;
  readonly head: Seq;
}
/** The conversation does not exist, or not for the caller. */
export interface NotFound {
  readonly code: 'not_found';
}
/** The caller's device is not in the keys: join first. */
export interface NotInKeys {
  readonly code: 'not_in_keys';
}
export interface Forbidden {
  readonly code: 'forbidden';
  readonly action: Action;
}
export interface TooLarge {
  readonly code: 'too_large';
  readonly limitBytes: number;
  readonly actualBytes: number;
}
export interface TooSoon {
  readonly code: 'too_soon';
  readonly retryAfterMs: number;
}
/** `after` names a send that is not in the log: send that one first. */
export interface OutOfTurn {
  readonly code: 'out_of_turn';
  readonly after: ClientId;
}
/** Others keep changing the conversation faster than this change could be decided. */
export interface Busy {
  readonly code: 'busy';
  readonly retryAfterMs: number;
}
/** There is such a conversation already: drop one's own group and join that one. */
export interface Exists {
  readonly code: 'exists';
  readonly conversation: ConversationId;
}
export interface LastOwner {
  readonly code: 'last_owner';
}
/** The named account takes nothing from the caller; the same answer whatever the reason. */
export interface NotAccepting {
  readonly code: 'not_accepting';
  readonly accounts: readonly AccountId[];
}
/** These devices do not exist, are not certified, are revoked, or are not the named account's. */
export interface DevicesUnusable {
  readonly code: 'devices_unusable';
  readonly devices: readonly DeviceRef[];
}
/** So many devices, and so many accounts, are the most that a conversation takes. */
export interface TooManyDevices {
  readonly code: 'too_many_devices';
  readonly limit: number;
}
/** The change contradicts itself or the conversation. */
export interface InvalidChange {
  readonly code: 'invalid_change';
  readonly reason: InvalidChangeReason;
}

export type InvalidChangeReason =
  | 'founding_missing'
  | 'founding_repeated'
  | 'kind_members'
  | 'wrong_id'
  | 'already_member'
  | 'not_a_member'
  | 'device_of_no_member'
  | 'already_keyed'
  | 'not_keyed'
  | 'devices_left_behind'
  | 'mode'
  | 'external_own_device_only'
  | 'keys_in_roster'
  | 'empty'
  | 'audience'
  | 'repeated';

/** What a member may or may not do (`permissions.ts`). */
export type Action =
  | 'send'
  | 'add_member'
  | 'remove_member'
  | 'set_role'
  | 'add_own_device'
  | 'add_foreign_device'
  | 'remove_device'
  | 'reset'
  | 'leave';

/** Why a rule turns an entry down. */
export type RuleRefusal =
  | StaleEpoch
  | RekeyNeeded
  | NotFound
  | NotInKeys
  | Forbidden
  | TooLarge
  | TooSoon
  | Exists
  | LastOwner
  | NotAccepting
  | DevicesUnusable
  | TooManyDevices
  | InvalidChange;

/** Why an entry is not appended. */
export type AppendRefusal = RuleRefusal | OutOfTurn | Busy;
