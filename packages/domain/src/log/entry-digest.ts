import { concat, uint32, utf8 } from '../shared/bytes.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { Bytes } from '../shared/ids.ts';
import type { Part } from './entry.ts';

/**
 * SHA-256 over the parts in their order: for each the number of audience names, each name, and the bytes, all lengths
 * as four bytes big-endian. `all` and `joiners` are written as the single names `*` and `+`.
 */
export function entryDigest(digest: Digest, parts: readonly Part[]): Bytes {
  const pieces: Bytes[] = [];
  for (const { audience, bytes } of parts) {
    const names = audience === 'all' ? ['*'] : audience === 'joiners' ? ['+'] : audience;
    pieces.push(uint32(names.length));
    for (const name of names.map(utf8)) pieces.push(uint32(name.length), name);
    pieces.push(uint32(bytes.length), bytes);
  }
  return digest.sha256(concat(pieces));
}
