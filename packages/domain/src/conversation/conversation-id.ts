import { concat, hex, uint32, utf8 } from '../shared/bytes.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { AccountId, ConversationId } from '../shared/ids.ts';

/** The kind, and the first 16 bytes of SHA-256 over a label and the length-prefixed account ids, in hex. */
function derived(digest: Digest, kind: string, accounts: readonly AccountId[]): ConversationId {
  const texts = [`sealpost/${kind}/1`, ...accounts].map(utf8);
  const pieces = texts.flatMap((bytes) => [uint32(bytes.length), bytes]);
  return `${kind}-${hex(digest.sha256(concat(pieces)).slice(0, 16))}`;
}

/** The one id that a direct conversation of two accounts can have, whoever opens it: unique by entry 1. */
export const directId = (digest: Digest, a: AccountId, b: AccountId): ConversationId =>
  derived(digest, 'direct', a < b ? [a, b] : [b, a]);

/** The one id of an account's conversation among its own devices. */
export const selfId = (digest: Digest, account: AccountId): ConversationId =>
  derived(digest, 'self', [account]);

const reserved = /^(?:direct|self)-/;

/**
 * Whether only a direct or self conversation may have this id. Anybody can derive these ids: were a group free to take
 * one, it could keep two others from ever talking, or tell whether they do.
 */
export const isReserved = (conversation: ConversationId): boolean => reserved.test(conversation);
