import type { EntriesPush, Entry } from '@sealpost/domain';

const sizeOf = ({ parts }: Entry): number =>
  parts.reduce((sum, { bytes }) => sum + bytes.length, 0);

/** Cuts a push into pushes of about so many bytes, each with at least one entry. */
export function cutPush(push: EntriesPush, bytes: number): EntriesPush[] {
  const pieces: Entry[][] = [];
  let size = Infinity;
  for (const entry of push.entries) {
    const next = sizeOf(entry);
    if (size + next > bytes) {
      pieces.push([]);
      size = 0;
    }
    pieces.at(-1)?.push(entry);
    size += next;
  }
  return pieces.map((entries) => ({ ...push, entries }));
}
