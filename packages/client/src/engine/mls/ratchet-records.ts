import type { Bytes, Records, Writes } from '../engine.port.ts';
import { decodeRecord, encodeRecord } from '../record-codec.ts';
import { blocksOf, cutBlocks, leavesIn, type Blocks } from './ratchets.ts';

/** What every message that is read rewrites, besides the block of its sender. */
export interface Head {
  /** The position in the log of the last entry taken in. */
  readonly seq: number;
  /** How many leaves have ratchets. */
  readonly leaves: number;
  /** SHA-256 of the epoch's record, which stays as it is; null: the head was written before it had one. */
  readonly epoch: Bytes | null;
  /** All ratchets of the epoch, in a head of the first version. */
  readonly whole: Bytes | null;
}

type Stored =
  | { readonly v: 1; readonly seq: number; readonly ratchets: Bytes }
  | { readonly v: 2; readonly seq: number; readonly leaves: number; readonly epoch: Bytes };

/** The first version kept all ratchets in the head: each message wrote 72 bytes for every device of the group. */
const HEAD_VERSION = 2;
const BLOCK_VERSION = 1;
const headKey = (conversation: string): string => `engine/ratchets/${conversation}`;
// What follows the last stroke is a number: whatever a conversation is called, no two blocks have the same key.
const blockKey = (conversation: string, block: number): string =>
  `engine/ratchet-block/${conversation}/${block}`;

export async function loadHead(records: Records, conversation: string): Promise<Head | null> {
  const bytes = await records.get(headKey(conversation));
  if (bytes === null) return null;
  const stored = decodeRecord<Stored>([1, HEAD_VERSION], bytes);
  const { seq } = stored;
  if (stored.v === HEAD_VERSION)
    return { seq, leaves: stored.leaves, epoch: stored.epoch, whole: null };
  const { ratchets } = stored;
  return { seq, leaves: leavesIn(ratchets), epoch: null, whole: ratchets };
}

/** These blocks; all of them from a head of the first version, so that the next write replaces it. */
export async function loadBlocks(
  records: Records,
  conversation: string,
  { whole }: Head,
  wanted: Iterable<number>,
): Promise<Blocks> {
  if (whole) return cutBlocks(whole);
  const loaded = await Promise.all(
    Array.from(new Set(wanted), async (block): Promise<readonly [number, Bytes]> => {
      const bytes = await records.get(blockKey(conversation, block));
      if (bytes === null) throw new Error('a block of ratchets is missing');
      return [block, decodeRecord<{ readonly ratchets: Bytes }>(BLOCK_VERSION, bytes).ratchets];
    }),
  );
  return new Map(loaded);
}

export const writeHead = (
  conversation: string,
  head: Pick<Head, 'seq' | 'leaves'> & { readonly epoch: Bytes },
): Writes => new Map([[headKey(conversation), encodeRecord(HEAD_VERSION, head)]]);

export const writeBlocks = (conversation: string, blocks: Blocks): Writes =>
  new Map(
    Array.from(blocks, ([block, ratchets]) => [
      blockKey(conversation, block),
      encodeRecord(BLOCK_VERSION, { ratchets }),
    ]),
  );

/** Deletes what was stored for more leaves than there are now. */
export async function dropRatchets(
  records: Records,
  conversation: string,
  leavesNow: number,
): Promise<Writes> {
  const head = await loadHead(records, conversation);
  const stored = head && !head.whole ? blocksOf(head.leaves) : 0;
  const writes = new Map<string, null>();
  if (leavesNow === 0) writes.set(headKey(conversation), null);
  for (let block = blocksOf(leavesNow); block < stored; block++)
    writes.set(blockKey(conversation, block), null);
  return writes;
}
