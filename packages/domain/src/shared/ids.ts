/** A string that is not mixed up with other kinds of strings; a plain string may become one, one kind never another. */
type Flavor<Name extends string> = string & { readonly __flavor?: Name };

export type AccountId = Flavor<'AccountId'>;
export type DeviceId = Flavor<'DeviceId'>;
export type ConversationId = Flavor<'ConversationId'>;
export type SessionId = Flavor<'SessionId'>;
/** Chosen by the sending device, unique per device and conversation; names a send through all its retries. */
export type ClientId = Flavor<'ClientId'>;
/** Names the cryptographic suite of a conversation or bundle, e.g. `mls-1`. Opaque to the server. */
export type Suite = Flavor<'Suite'>;

/** Position in a conversation's log: 1, 2, 3 …; 0 stands before the first entry. */
export type Seq = number;
/** Unix time in milliseconds. */
export type Timestamp = number;
export type Bytes = Uint8Array;

export interface DeviceRef {
  readonly account: AccountId;
  readonly device: DeviceId;
}
