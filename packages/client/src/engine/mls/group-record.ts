import { sameBytes, sha256 } from '../bytes.ts';
import type { Bytes, CommitMode, Records, Writes } from '../engine.port.ts';
import { EngineMisuse } from '../engine.port.ts';
import { decodeRecord, encodeRecord } from '../record-codec.ts';
import { devicesIn, type EpochCache, type KnownEpoch } from './epoch-cache.ts';
import {
  dropRatchets,
  type Head,
  loadBlocks,
  loadHead,
  writeBlocks,
  writeHead,
} from './ratchet-records.ts';
import { blockOf, blocksOf, type Blocks, cutBlocks, joinBlocks, leavesIn } from './ratchets.ts';
import { decodeEpoch, encodeEpoch, encodeRatchetsOf, widthOf, withRatchets } from './ts-mls.ts';
import type { Epoch } from './ts-mls.ts';

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

/** A group as it is stored. Its keys have no ratchets: `ratcheted` brings those that are needed. */
export interface StoredGroup extends Group {
  readonly conversation: string;
  readonly known: KnownEpoch;
  readonly head: Head;
}
export type Member = StoredGroup & { readonly keys: Epoch };

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

const VERSION = 1;
const epochKey = (conversation: string): string => `engine/epoch/${conversation}`;
const stagedKey = (conversation: string): string => `engine/staged/${conversation}`;

export async function loadGroup(
  records: Records,
  cache: EpochCache,
  conversation: string,
): Promise<StoredGroup | null> {
  const head = await loadHead(records, conversation);
  const known = head?.epoch && cache.find(conversation, head.epoch);
  if (head && known) return storedGroup(conversation, head, known);
  return readGroup(records, cache, conversation);
}

/** Both records are asked for in one turn, since a commit may come between two: what belongs together is read together. */
async function readGroup(
  records: Records,
  cache: EpochCache,
  conversation: string,
): Promise<StoredGroup | null> {
  const [head, large] = await Promise.all([
    loadHead(records, conversation),
    records.get(epochKey(conversation)),
  ]);
  if (head === null || large === null) return null;
  const digest = await sha256(large);
  if (head.epoch && !sameBytes(head.epoch, digest))
    throw new Error('the ratchets are of another epoch than its keys');
  const { generation, epoch, state } = decodeRecord<EpochRecord>(VERSION, large);
  // A copy, since the decoded epoch is made of views of it.
  const keys = state && decodeEpoch(state.slice());
  const known = { digest, generation, epoch, keys, ...devicesIn(keys) };
  cache.add(conversation, known);
  return storedGroup(conversation, head, known);
}

const storedGroup = (conversation: string, head: Head, known: KnownEpoch): StoredGroup => {
  const { generation, epoch, keys } = known;
  return { conversation, generation, epoch, seq: head.seq, keys, known, head };
};

/** The group with the keys that can be used; throws when this device has none. */
export async function loadMember(
  records: Records,
  cache: EpochCache,
  conversation: string,
): Promise<Member> {
  const group = await loadGroup(records, cache, conversation);
  if (!group?.keys) throw new EngineMisuse('no_session', 'this device is not in the keys');
  return { ...group, keys: group.keys };
}

/** The keys with the ratchets of these leaves, or of all. */
export async function ratcheted(
  records: Records,
  { conversation, keys, head }: Member,
  leaves: readonly number[] | 'all',
): Promise<Epoch> {
  const blocks = leaves === 'all' ? [...Array(blocksOf(head.leaves)).keys()] : leaves.map(blockOf);
  return withRatchets(keys, head.leaves, await loadBlocks(records, conversation, head, blocks));
}

/** Ratchets that moved within the epoch that is stored: those that `keys` was loaded with. */
export function moveRatchets(
  { conversation, head, known }: Member,
  seq: number,
  keys: Epoch,
): Writes {
  const blocks = writeBlocks(conversation, encodeRatchetsOf(keys));
  if (seq === head.seq && !head.whole) return blocks;
  const { leaves } = head;
  return new Map([...writeHead(conversation, { seq, leaves, epoch: known.digest }), ...blocks]);
}

/** A new epoch, or the end of the keys. What was staged on the old one is dropped. */
export const writeGroup = (
  records: Records,
  conversation: string,
  { generation, epoch, seq, keys }: Group,
): Promise<Writes> =>
  replaceGroup(
    records,
    conversation,
    { generation, epoch, state: keys && encodeEpoch(keys) },
    { seq, leaves: keys ? widthOf(keys) : 0, blocks: keys ? encodeRatchetsOf(keys) : new Map() },
  );

/** The staged keys take the place of those in force, as they are stored. */
export const promoteStaged = (
  records: Records,
  conversation: string,
  { generation, epoch, state, ratchets }: Staged,
  seq: number,
): Promise<Writes> =>
  replaceGroup(
    records,
    conversation,
    { generation, epoch, state },
    { seq, leaves: leavesIn(ratchets), blocks: cutBlocks(ratchets) },
  );

async function replaceGroup(
  records: Records,
  conversation: string,
  record: EpochRecord,
  { seq, leaves, blocks }: { seq: number; leaves: number; blocks: Blocks },
): Promise<Writes> {
  const large = encodeRecord(VERSION, record);
  return new Map<string, Bytes | null>([
    ...(await dropRatchets(records, conversation, leaves)),
    [epochKey(conversation), large],
    ...writeHead(conversation, { seq, leaves, epoch: await sha256(large) }),
    ...writeBlocks(conversation, blocks),
    [stagedKey(conversation), null],
  ]);
}

export const forgetGroup = async (records: Records, conversation: string): Promise<Writes> =>
  new Map<string, Bytes | null>([
    ...(await dropRatchets(records, conversation, 0)),
    [epochKey(conversation), null],
    [stagedKey(conversation), null],
  ]);

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
    ratchets: joinBlocks(encodeRatchetsOf(keys)),
  };
  return new Map([[stagedKey(conversation), encodeRecord(VERSION, record)]]);
};

export const dropStaged = (conversation: string): Writes =>
  new Map([[stagedKey(conversation), null]]);
