import { concat, uint32, utf8 } from '../shared/bytes.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { Bytes } from '../shared/ids.ts';
import type { Audience, Part } from './entry.ts';

const headOf = (names: readonly string[]): Bytes =>
  concat([uint32(names.length), ...names.map(utf8).flatMap((name) => [uint32(name.length), name])]);

const heads = { all: headOf(['*']), joiners: headOf(['+']) } as const;
const audienceHead = (audience: Audience): Bytes =>
  audience === 'all' || audience === 'joiners' ? heads[audience] : headOf(audience);

/** What most entries fit into. It is used again: a buffer for each costs as much as hashing it. */
const usual = new Uint8Array(16 * 1024);

/**
 * SHA-256 over the parts in their order: for each the number of audience names, each name, and the bytes, all lengths
 * as four bytes big-endian. `all` and `joiners` are written as the single names `*` and `+`.
 */
export function entryDigest(digest: Digest, parts: readonly Part[]): Bytes {
  const pieces: Bytes[] = [];
  for (const { audience, bytes } of parts)
    pieces.push(audienceHead(audience), uint32(bytes.length), bytes);
  return digest.sha256(concat(pieces, usual));
}
