import { assert, type Audience, type Bytes, type Part } from '@sealpost/domain';

/**
 * An entry's parts as they are stored: the bytes of all parts, one after the other, but for those of parts for
 * joiners, which stand apart so that they can be dropped. `layout` tells audiences and lengths in order; it is null
 * for the commonest case, one part for all.
 */
export interface StoredParts {
  readonly layout: string | null;
  readonly common: readonly Bytes[];
  readonly joiners: readonly Bytes[] | null;
}

type Layout = readonly (readonly [audience: Audience, length: number])[];

export function layOut(parts: readonly Part[]): StoredParts {
  const [first] = parts;
  if (parts.length === 1 && first?.audience === 'all')
    return { layout: null, common: [first.bytes], joiners: null };
  const layout: Layout = parts.map(({ audience, bytes }) => [audience, bytes.length]);
  const joiners = parts.filter(({ audience }) => audience === 'joiners');
  return {
    layout: JSON.stringify(layout),
    common: parts.filter(({ audience }) => audience !== 'joiners').map(({ bytes }) => bytes),
    joiners: joiners.length === 0 ? null : joiners.map(({ bytes }) => bytes),
  };
}

export function readParts(layout: string | null, common: Bytes, joiners: Bytes | null): Part[] {
  if (layout === null) return [{ audience: 'all', bytes: common }];
  const parts: Part[] = [];
  let commonAt = 0;
  let joinersAt = 0;
  for (const [audience, length] of JSON.parse(layout) as Layout) {
    if (audience !== 'joiners') {
      parts.push({ audience, bytes: common.slice(commonAt, commonAt + length) });
      commonAt += length;
    } else if (joiners !== null) {
      parts.push({ audience, bytes: joiners.slice(joinersAt, joinersAt + length) });
      joinersAt += length;
    }
  }
  assert(commonAt === common.length, 'a stored layout covers the stored parts');
  return parts;
}
