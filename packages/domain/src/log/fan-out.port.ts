import type { ConversationId, Seq } from '../shared/ids.ts';
import type { Entry } from './entry.ts';

/** Tells processes that a conversation has new entries. The entries themselves may come along or must be read. */
export interface EntriesHint {
  readonly conversation: ConversationId;
  readonly from: Seq;
  readonly to: Seq;
  /** The log's version (`Head.version`) as of `to`, or a later one: what a process knows below it is outdated. */
  readonly version: Seq;
  readonly entries: readonly Entry[] | null;
}

/** Small facts that every process should learn soon; each of them can also be read from a store. */
export type Notice =
  | { readonly kind: 'sessions_revoked'; readonly sessions: readonly string[] }
  | {
      readonly kind: 'cursors_moved';
      readonly conversation: ConversationId;
      readonly account: string;
    }
  | { readonly kind: 'stock_changed'; readonly account: string; readonly device: string }
  | { readonly kind: 'devices_changed'; readonly account: string }
  /** In these processes devices are connected that have connected elsewhere since. */
  | { readonly kind: 'superseded'; readonly processes: readonly string[] }
  | {
      readonly kind: 'ephemeral';
      readonly conversation: ConversationId;
      readonly to: readonly string[];
      readonly event: EphemeralEvent;
    };

/** Somebody does something right now; the payload is opaque to the server. Never stored. */
export interface EphemeralEvent {
  readonly kind: 'typing';
  readonly account: string;
  readonly device: string;
  readonly payload: Uint8Array;
}

/**
 * Carries hints between the processes of a deployment, this one included.
 *
 * - Best effort: a hint may be lost, doubled or late, and nothing is lost with it, since logs are re-read.
 * - `onBreak` is called after any time in which hints may have been lost.
 */
export interface FanOut {
  publish(hint: EntriesHint): void;
  announce(notice: Notice): void;
  subscribe(listener: {
    hint(hint: EntriesHint): void;
    notice(notice: Notice): void;
    onBreak(): void;
  }): Promise<() => Promise<void>>;
}
