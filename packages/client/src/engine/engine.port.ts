/** Opaque bytes; always exactly the bytes meant, never a view that drags a larger buffer along. */
export type Bytes = Uint8Array;

/** One device of one account. Ids are opaque strings; no meaning is read from them. */
export interface DeviceRef {
  readonly account: string;
  readonly device: string;
}

/** A key bundle (MLS: KeyPackage) that lets others add `device` to a conversation while it is offline. */
export interface KeyBundle {
  readonly device: DeviceRef;
  readonly suite: string;
  readonly body: Bytes;
  /** Lower-case hex SHA-256 of `body`; the name under which the private half is kept. */
  readonly ref: string;
  readonly lastResort: boolean;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** Who is given a part: everybody, devices about to join by themselves, or the named device ids. */
export type Audience = 'all' | 'joiners' | readonly string[];

export interface Part {
  readonly audience: Audience;
  readonly bytes: Bytes;
}

/** What the ciphertext of a message is bound to; every field but `parent` is compared with the entry's envelope. */
export interface Binding {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
  readonly sender: DeviceRef;
  readonly clientId: string;
  readonly class: 'loud' | 'quiet';
  /**
   * The last entry that the sender had processed, and a digest of what it was shown up to there: detects a server that
   * shows different logs to different members.
   */
  readonly parent: { readonly seq: number; readonly digest: Bytes } | null;
}

export type CommitMode = 'found' | 'member' | 'external';

/**
 * A key change that is made but not yet in force. It takes force through `settle('accepted')`, once the log has it
 * under the same digest; until then the conversation goes on in the old state.
 *
 * - `found` has no part for all: nobody can read anything from the first commit of a new group. Its adds name this
 *   device and the peers.
 * - `external` adds this device and removes none, also when it replaces an old leaf of this device.
 */
export interface StagedCommit {
  readonly conversation: string;
  readonly clientId: string;
  readonly mode: CommitMode;
  readonly generation: number;
  /** The log's epoch that this commit establishes. */
  readonly epoch: number;
  readonly adds: readonly DeviceRef[];
  readonly removes: readonly DeviceRef[];
  readonly parts: readonly Part[];
}

/** An entry of a conversation's log, as far as an engine looks at it; the parts are those that this device was given. */
export interface IncomingEntry {
  readonly conversation: string;
  readonly seq: number;
  readonly generation: number;
  readonly epoch: number;
  readonly sender: DeviceRef;
  readonly clientId: string;
  readonly kind: 'created' | 'commit' | 'message';
  readonly class: 'loud' | 'quiet';
  /** The devices that the commit declares in clear to add and to remove; empty for messages. */
  readonly adds: readonly DeviceRef[];
  readonly removes: readonly DeviceRef[];
  /** `mode` of the commit as declared in clear; null for messages. */
  readonly mode: CommitMode | null;
  readonly parts: readonly { readonly audience: 'all' | 'device'; readonly bytes: Bytes }[];
}

/**
 * - `no_session`: this device holds no keys for the conversation's generation.
 * - `bad_auth`: the sender, the binding or the signature does not hold.
 * - `fork`: the entry does not continue our state: a commit that does not apply to it, an epoch that we missed, or a
 *   message more than 5,000 steps ahead of its sender's last one.
 * - `malformed`: the bytes do not decode, or are more than an engine takes.
 * - `consumed`: the key was used already (a replay), or a later entry of its sender was processed before.
 */
export type UndecryptableReason = 'no_session' | 'bad_auth' | 'fork' | 'malformed' | 'consumed';

export type Processed =
  | {
      readonly kind: 'message';
      readonly sender: DeviceRef;
      readonly plaintext: Bytes;
      readonly parent: Binding['parent'];
    }
  /**
   * A commit of another device, now in force here. `added` and `removed` are what it really changed. `mismatch`: the
   * entry declares other changes; a valid commit is applied all the same, since refusing it would cut this device off.
   */
  | {
      readonly kind: 'commit';
      readonly epoch: number;
      readonly added: readonly DeviceRef[];
      readonly removed: readonly DeviceRef[];
      readonly mismatch: boolean;
      readonly self: 'member' | 'removed';
    }
  /** This device came into the keys by the Welcome in this entry. */
  | {
      readonly kind: 'joined';
      readonly epoch: number;
      readonly generation: number;
      readonly profile: Bytes | null;
      readonly lastResort: boolean;
    }
  /** `seq` is not beyond what was processed before. */
  | { readonly kind: 'duplicate' }
  /**
   * Nothing was taken from the entry and nothing is written. `rejoin`: this device cannot follow the conversation any
   * further by itself; also the answer to an own entry that shows that this device's records were restored from an
   * older copy.
   */
  | {
      readonly kind: 'undecryptable';
      readonly reason: UndecryptableReason;
      readonly recover: 'ignore' | 'rejoin';
    };

/** A device in the keys of a conversation, with the signature key that its leaf carries: judged by the SDK, never by the engine. */
export interface KeyedDevice extends DeviceRef {
  readonly signatureKey: Bytes;
}

/** Where an engine stands in a conversation. */
export interface EngineStatus {
  readonly generation: number;
  readonly epoch: number;
  readonly self: 'member' | 'removed';
  readonly devices: readonly KeyedDevice[];
  /** The client id of the commit that is staged, if any. */
  readonly staged: string | null;
}

/** Reads committed records. Engines read through this and never write. */
export interface Records {
  get(key: string): Promise<Bytes | null>;
}

/** Records to write (null deletes), all of them or none, together with what belongs to them. */
export type Writes = ReadonlyMap<string, Bytes | null>;

/** A call whose `writes` were not committed has not happened. */
export interface Step<T> {
  readonly result: T;
  readonly writes: Writes;
}

/**
 * Thrown for calls that cannot be done.
 *
 * - `no_identity`, `no_session`: the records hold no identity, no keys of the conversation.
 * - `stale_binding`: the binding is not that of this device in the current epoch of the conversation.
 * - `unusable_bundle`: `bundles` names the refs of those that are expired, of another suite, of another device than
 *   they say, not signed by it, or of a device that is in the keys already.
 * - `unusable_group_info`: it does not verify, or is not that of the named conversation, generation and previous epoch.
 * - `unknown_device`: a device to remove is not in the keys, or is this one.
 * - `unsupported`: beyond what this engine can do: too many devices, an id that is not well-formed Unicode, a
 *   generation that has begun, a rejoin by the only device in the keys (a reset serves it).
 */
export class EngineMisuse extends Error {
  readonly code:
    | 'no_identity'
    | 'no_session'
    | 'stale_binding'
    | 'unusable_bundle'
    | 'unusable_group_info'
    | 'unknown_device'
    | 'unsupported';
  readonly bundles: readonly string[];
  constructor(code: EngineMisuse['code'], message: string, bundles: readonly string[] = []) {
    super(message);
    this.name = 'EngineMisuse';
    this.code = code;
    this.bundles = bundles;
  }
}

/**
 * All the cryptography of conversations, without I/O: every call reads records and returns `{result, writes}`; the
 * caller commits the writes in one transaction with what belongs to them before any bytes leave the device.
 *
 * - Record keys start with `engine/`. The caller serialises calls per conversation.
 * - Nothing that an entry carries makes `process` throw: it is `undecryptable`. What cannot be done throws
 *   `EngineMisuse`.
 * - A staged commit never changes what `encrypt` and `process` do until it is settled; one can be staged at a time per
 *   conversation, and staging again replaces it. Processing another commit that wins drops it.
 * - Messages enter the log in the order of their `encrypt` calls: receivers keep no key of what was overtaken. A
 *   message that lost its place, or its epoch, is encrypted anew.
 * - What is kept is for going on, never for going back: no past epoch, no consumed or skipped message key.
 */
export interface CryptoEngine {
  readonly suite: string;

  /** Makes this device's signature key pair; its record replaces any before. */
  createIdentity(self: DeviceRef): Promise<Step<{ readonly signatureKey: Bytes }>>;
  /** Ed25519 signature by this device's signature key over `message`. */
  sign(records: Records, message: Bytes): Promise<Bytes>;

  /** Makes fresh bundles, keeping the private halves under their `ref`. A new last-resort bundle keeps the previous private half, and drops older ones. A one-time private half is dropped by the join that uses it. */
  publishBundles(
    records: Records,
    wanted: { readonly oneTime: number; readonly lastResort: boolean; readonly nowMs: number },
  ): Promise<Step<readonly KeyBundle[]>>;
  /** Refs of the outstanding bundles whose private halves this device holds, sorted; `lastResort` is the newest one. */
  bundleRefs(
    records: Records,
  ): Promise<{ readonly oneTime: readonly string[]; readonly lastResort: string | null }>;
  /** Drops private halves of bundles that expired before `nowMs`; answers how many. */
  sweepBundles(records: Records, nowMs: number): Promise<Step<number>>;

  /** Stages a new group of keys with this device and `peers` (a new conversation, or a reset when `generation` > 1). `profile` is encrypted to the added devices in the new epoch. */
  found(
    records: Records,
    wanted: {
      readonly conversation: string;
      readonly generation: number;
      readonly epoch: number;
      readonly clientId: string;
      readonly peers: readonly KeyBundle[];
      readonly profile: Bytes | null;
    },
  ): Promise<Step<StagedCommit>>;
  /** Stages a commit on the current epoch; without adds and removes it refreshes this device's own keys. Every commit that removes or only refreshes carries fresh secrets for all who stay (MLS: an update path). A removed device goes with all its leaves. */
  commit(
    records: Records,
    wanted: {
      readonly conversation: string;
      readonly clientId: string;
      readonly adds: readonly KeyBundle[];
      readonly removes: readonly DeviceRef[];
      readonly profile: Bytes | null;
    },
  ): Promise<Step<StagedCommit>>;
  /** Stages an external commit that brings this device (back) into the keys; an old leaf of this device is replaced. `epoch` is the log's epoch that it establishes. */
  rejoin(
    records: Records,
    wanted: {
      readonly conversation: string;
      readonly generation: number;
      readonly epoch: number;
      readonly clientId: string;
      readonly groupInfo: Bytes;
    },
  ): Promise<Step<StagedCommit>>;
  /** Puts the staged commit `clientId` in force (`accepted`, at log position `seq`) or drops it. Unknown ids change nothing and answer false. */
  settle(
    records: Records,
    conversation: string,
    clientId: string,
    outcome: { readonly accepted: true; readonly seq: number } | { readonly accepted: false },
  ): Promise<Step<boolean>>;

  /** Encrypts for the current epoch; the ratchet has moved on in `writes`. Throws `no_session` when this device is not in the keys. The length that shows is that of a size bucket, not of the plaintext. */
  encrypt(records: Records, plaintext: Bytes, binding: Binding): Promise<Step<readonly Part[]>>;
  /** Takes in one entry of another device. Entries of a conversation come strictly by seq; a gap in numbers is allowed where the server announced one. */
  process(records: Records, self: DeviceRef, entry: IncomingEntry): Promise<Step<Processed>>;

  /** Null when this device holds no keys for the conversation. */
  status(records: Records, conversation: string): Promise<EngineStatus | null>;
  /** Forgets all keys of the conversation. */
  forget(records: Records, conversation: string): Promise<Step<void>>;
  /** A secret of the current epoch that every member derives alike (RFC 9420, 8.5). */
  exportSecret(
    records: Records,
    conversation: string,
    label: string,
    length: number,
  ): Promise<Bytes>;
}
