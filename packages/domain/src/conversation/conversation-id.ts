import { concat, hex, uint32, utf8 } from '../shared/bytes.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { AccountId, ConversationId } from '../shared/ids.ts';

/** The first 16 bytes of SHA-256 over a label and the length-prefixed account ids, in hex. */
function derived(digest: Digest, label: string, accounts: readonly AccountId[]): ConversationId {
  const pieces = [label, ...accounts].map(utf8).flatMap((bytes) => [uint32(bytes.length), bytes]);
  return hex(digest.sha256(concat(pieces)).slice(0, 16));
}

/** The one id that a direct conversation of two accounts can have, whoever opens it: unique by entry 1. */
export const directId = (digest: Digest, a: AccountId, b: AccountId): ConversationId =>
  derived(digest, 'sealpost/direct/1', a < b ? [a, b] : [b, a]);

/** The one id of an account's conversation among its own devices. */
export const selfId = (digest: Digest, account: AccountId): ConversationId =>
  derived(digest, 'sealpost/self/1', [account]);
