import type { Binding, Bytes, DeviceRef, IncomingEntry, KeyBundle } from '@sealpost/client';

/** `none`: a refresh; `rename`: one by which the committer takes another name; the last two are of kinds that we do not use. */
export type CommitTrick =
  | { readonly kind: 'none' | 'extensions' | 'reinit' }
  | { readonly kind: 'rename'; readonly to: DeviceRef }
  | { readonly kind: 'add'; readonly bundles: readonly KeyBundle[] };

/**
 * What is wrong with a bundle that its own device signed: its lifetime is over, its signature is not of its key, it says
 * to know no credentials of our kind, nothing can be encrypted to it, or it carries the public key of another bundle.
 */
export type BundleFlaw = 'expired' | 'unsigned' | 'incapable' | 'dead_key' | KeyBundle;

type StoredRecords = ReadonlyMap<string, Bytes>;

/** What an attacker does with the records of a device, an engine's own code set aside. */
export interface EngineAttacks {
  /**
   * All plaintexts that the records give of `entries`, tried in every way: as they are, as another leaf, with each
   * private key in each place, with ratchets turned back.
   */
  readAll(
    records: StoredRecords,
    conversation: string,
    entries: readonly IncomingEntry[],
  ): Promise<readonly Bytes[]>;
  /** Whether the commit in `entry` carries an update path, read with a member's records from before it. */
  carriesPath(records: StoredRecords, entry: IncomingEntry): Promise<boolean>;
  /** A commit that removes `removed` without an update path, and a message of the epoch that it leads to. */
  pathlessRemoval(
    records: StoredRecords,
    binding: Binding,
    removed: DeviceRef,
  ): Promise<{ readonly commit: Bytes; readonly message: Bytes }>;
  /** Messages of a member that say to be of `binding.sender`: under its own leaf, and under that of the victim. */
  impersonations(
    records: StoredRecords,
    binding: Binding,
    plaintext: Bytes,
  ): Promise<readonly Bytes[]>;
  /** A commit of a member, whatever the binding says of it. */
  commitOf(
    records: StoredRecords,
    binding: Binding,
    trick: CommitTrick,
  ): Promise<{ readonly commit: Bytes; readonly welcome: Bytes | null }>;
  /** A bundle of the device, which serves for nothing but to do harm. */
  flawedBundle(of: DeviceRef, flaw: BundleFlaw): Promise<KeyBundle>;
  /** An external commit by the device of the records which also removes the leaf `removed`. */
  externalRemoval(
    records: StoredRecords,
    binding: Binding,
    groupInfo: Bytes,
    removed: number,
  ): Promise<Bytes>;
  /** The GroupInfo with a tree on which a careless reader loops for ever. */
  loopingGroupInfo(groupInfo: Bytes): Promise<Bytes>;
}
