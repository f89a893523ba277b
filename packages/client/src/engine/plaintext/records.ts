import {
  EngineMisuse,
  type Bytes,
  type CommitMode,
  type DeviceRef,
  type KeyedDevice,
  type Records,
  type Writes,
} from '../engine.port.ts';
import { decodeRecord, encodeRecord } from '../record-codec.ts';

/** A device in the keys and how many messages of this epoch it has sent, as far as we know. */
export interface Sender extends KeyedDevice {
  readonly sent: number;
}
export interface Keys {
  /** Hash over all key changes: equal chains are equal keys. */
  readonly chain: Bytes;
  readonly devices: readonly Sender[];
}
export interface Group {
  readonly generation: number;
  readonly epoch: number;
  readonly seq: number;
  /** Null once this device was removed. */
  readonly keys: Keys | null;
}
export interface Staged {
  readonly clientId: string;
  readonly mode: CommitMode;
  readonly generation: number;
  readonly epoch: number;
  readonly keys: Keys;
}
export interface Listed {
  readonly ref: string;
  readonly lastResort: boolean;
  readonly expiresAt: number;
}
export interface Bundles {
  readonly made: number;
  readonly list: readonly Listed[];
}

const VERSION = 1;
const IDENTITY = 'engine/plaintext/identity';
const BUNDLES = 'engine/plaintext/bundles';
const groupKey = (conversation: string): string => `engine/plaintext/group/${conversation}`;
const stagedKey = (conversation: string): string => `engine/plaintext/staged/${conversation}`;

async function load<T>(records: Records, key: string): Promise<T | null> {
  const bytes = await records.get(key);
  return bytes && decodeRecord<T>(VERSION, bytes);
}
const write = (key: string, record: object | null): Writes =>
  new Map([[key, record && encodeRecord(VERSION, record)]]);

export const writeIdentity = ({ account, device }: DeviceRef): Writes =>
  write(IDENTITY, { account, device });
export async function loadIdentity(records: Records): Promise<DeviceRef> {
  const self = await load<DeviceRef>(records, IDENTITY);
  if (self === null) throw new EngineMisuse('no_identity', 'this device has no signature key');
  return { account: self.account, device: self.device };
}

export const loadBundles = async (records: Records): Promise<Bundles> =>
  (await load<Bundles>(records, BUNDLES)) ?? { made: 0, list: [] };
export const writeBundles = (bundles: Bundles): Writes => write(BUNDLES, bundles);

export const loadGroup = (records: Records, conversation: string): Promise<Group | null> =>
  load(records, groupKey(conversation));
export async function loadMember(
  records: Records,
  conversation: string,
): Promise<Group & { readonly keys: Keys }> {
  const group = await loadGroup(records, conversation);
  if (!group?.keys) throw new EngineMisuse('no_session', 'this device is not in the keys');
  return { ...group, keys: group.keys };
}
/** The epoch goes on. */
export const writeGroup = (conversation: string, group: Group): Writes =>
  write(groupKey(conversation), group);
/** Another epoch begins, and what was staged on the old one is dropped. */
export const writeEpoch = (conversation: string, group: Group): Writes =>
  new Map([...writeGroup(conversation, group), ...writeStaged(conversation, null)]);

export const loadStaged = (records: Records, conversation: string): Promise<Staged | null> =>
  load(records, stagedKey(conversation));
export const writeStaged = (conversation: string, staged: Staged | null): Writes =>
  write(stagedKey(conversation), staged);
export const forgetGroup = (conversation: string): Writes =>
  new Map([groupKey, stagedKey].map((key) => [key(conversation), null]));
