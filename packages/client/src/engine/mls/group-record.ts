import type { Bytes, CommitMode, Records, Writes } from '../engine.port.ts';
import { EngineMisuse } from '../engine.port.ts';
import { decodeRecord, encodeRecord } from '../record-codec.ts';
import type { EpochCache } from './epoch-cache.ts';
import { encodeEpoch, encodeRatchetsOf, withRatchets, type Epoch } from './ts-mls.ts';

/** A conversation's keys, as far as this device has them. */
export interface Group {
  readonly generation: number;
  /** The log's epoch. It never falls; MLS counts anew in each generation. */
  readonly epoch: number;
  /** The position in the log of the last entry taken in. */
  readonly seq: number;
  /** Null once this device was removed. */
  readonly keys: Epoch | null;
}

export interface Staged {
  readonly clientId: string;
  readonly mode: CommitMode;
  readonly generation: number;
  readonly epoch: number;
  readonly state: Bytes;
  readonly ratchets: Bytes;
}

/** Large, rewritten by commits only. */
interface EpochRecord {
  readonly generation: number;
  readonly epoch: number;
  readonly state: Bytes | null;
}
/** Small, rewritten by every message. */
interface RatchetRecord {
  readonly seq: number;
  readonly ratchets: Bytes;
}

const VERSION = 1;
const epochKey = (conversation: string): string => `engine/epoch/${conversation}`;
const ratchetKey = (conversation: string): string => `engine/ratchets/${conversation}`;
const stagedKey = (conversation: string): string => `engine/staged/${conversation}`;

export async function loadGroup(
  records: Records,
  cache: EpochCache,
  conversation: string,
): Promise<Group | null> {
  const [large, small] = await Promise.all([
    records.get(epochKey(conversation)),
    records.get(ratchetKey(conversation)),
  ]);
  if (large === null || small === null) return null;
  const { seq, ratchets } = decodeRecord<RatchetRecord>(VERSION, small);
  const { generation, epoch, state } = decodeRecord<EpochRecord>(VERSION, large);
  const keys = state && withRatchets(cache.decode(conversation, state), ratchets);
  return { generation, epoch, seq, keys };
}

/** The group with the keys that can be used; throws when this device has none. */
export async function loadMember(
  records: Records,
  cache: EpochCache,
  conversation: string,
): Promise<Group & { readonly keys: Epoch }> {
  const group = await loadGroup(records, cache, conversation);
  if (!group?.keys) throw new EngineMisuse('no_session', 'this device is not in the keys');
  return { ...group, keys: group.keys };
}

/** A new epoch, or the end of the keys. What was staged on the old one is dropped. */
export const writeGroup = (conversation: string, group: Group): Writes => {
  const { generation, epoch, keys } = group;
  const record: EpochRecord = { generation, epoch, state: keys && encodeEpoch(keys) };
  return new Map<string, Bytes | null>([
    [epochKey(conversation), encodeRecord(VERSION, record)],
    ...writeRatchets(conversation, group),
    [stagedKey(conversation), null],
  ]);
};

/** The ratchets of an epoch that is stored already. */
export const writeRatchets = (
  conversation: string,
  { seq, keys }: Pick<Group, 'seq' | 'keys'>,
): Writes => {
  const record: RatchetRecord = {
    seq,
    ratchets: keys ? encodeRatchetsOf(keys) : new Uint8Array(),
  };
  return new Map([[ratchetKey(conversation), encodeRecord(VERSION, record)]]);
};

export async function loadStaged(records: Records, conversation: string): Promise<Staged | null> {
  const bytes = await records.get(stagedKey(conversation));
  return bytes && decodeRecord<Staged>(VERSION, bytes);
}

export const writeStaged = (
  conversation: string,
  staged: Omit<Staged, 'state' | 'ratchets'>,
  keys: Epoch,
): Writes => {
  const record: Staged = {
    ...staged,
    state: encodeEpoch(keys),
    ratchets: encodeRatchetsOf(keys),
  };
  return new Map([[stagedKey(conversation), encodeRecord(VERSION, record)]]);
};

export const dropStaged = (conversation: string): Writes =>
  new Map([[stagedKey(conversation), null]]);

/** The staged keys take the place of those in force, as they are stored. */
export function promoteStaged(conversation: string, staged: Staged, seq: number): Writes {
  const { generation, epoch, state, ratchets } = staged;
  const large: EpochRecord = { generation, epoch, state };
  const small: RatchetRecord = { seq, ratchets };
  return new Map<string, Bytes | null>([
    [epochKey(conversation), encodeRecord(VERSION, large)],
    [ratchetKey(conversation), encodeRecord(VERSION, small)],
    [stagedKey(conversation), null],
  ]);
}

export const forgetGroup = (conversation: string): Writes =>
  new Map([epochKey, ratchetKey, stagedKey].map((key) => [key(conversation), null]));
