import type { ClientPayload } from '@sealpost/protocol';
import type { SealedItem } from '../sync/own-entries.ts';

/** A sealed message as it is sent. A server that does not say that it skips echoes may not know the word. */
export const commandOf = (
  { conversation, clientId, class: kind, sealed }: SealedItem,
  skipEcho: boolean,
): ClientPayload<'send'> => ({
  conversation,
  clientId,
  class: kind,
  after: null,
  generation: sealed.generation,
  epoch: sealed.epoch,
  blobs: [],
  parts: sealed.parts.map(({ audience, bytes }) => ({
    audience: audience === 'joiners' ? 'all' : audience,
    bytes,
  })),
  ...(skipEcho ? { skipEcho } : {}),
});
