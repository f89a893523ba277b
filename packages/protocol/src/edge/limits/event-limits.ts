import type { ClientEvents, ClientPayload } from '../../index.ts';
import type { Requester } from '../events/requester.ts';
import { inbound, type Limit, message } from './limit.ts';

/** An event of a client, and by whom it came. */
export interface Sent<E extends keyof ClientEvents> {
  readonly requester: Requester;
  readonly payload: ClientPayload<E>;
}

/** What every event takes of which limiters, beside the rate that each connection has. */
export const eventLimits: { readonly [E in keyof ClientEvents]: Limit<Sent<E>> } = {
  send: ({ requester: { ref }, payload }) => [
    message(ref.account, payload.conversation),
    inbound(ref.account, payload.parts),
  ],
  cursors: { unlimited: 'however often it comes, it moves the same few rows of the account' },
  typing: ({ requester: { ref } }) => [{ limiter: 'typing', whose: ref.device }],
  authenticate: { unlimited: 'it checks a signature and keeps nothing' },
};
