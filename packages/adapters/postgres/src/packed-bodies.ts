import type { Append, Bytes } from '@sealpost/domain';
import { layOut } from './parts-layout.ts';

const sizeOf = (pieces: readonly Bytes[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0);

/** The digests and parts of a batch as one value, and where to cut it; parts for joiners come last, −1: there are none. */
export function packBodies(batch: readonly Append[]) {
  const pieces: Bytes[] = [];
  const layouts: (string | null)[] = [];
  const offsets: number[] = [];
  const digests: number[] = [];
  const commons: number[] = [];
  const joiners: number[] = [];
  let offset = 1;
  for (const { draft, parts } of batch) {
    const stored = layOut(parts);
    const last = stored.joiners === null ? -1 : sizeOf(stored.joiners);
    layouts.push(stored.layout);
    offsets.push(offset);
    digests.push(draft.digest.length);
    commons.push(sizeOf(stored.common));
    joiners.push(last);
    pieces.push(draft.digest, ...stored.common, ...(stored.joiners ?? []));
    offset += draft.digest.length + sizeOf(stored.common) + Math.max(last, 0);
  }
  return { layouts, offsets, digests, commons, joiners, bytes: Buffer.concat(pieces) };
}
