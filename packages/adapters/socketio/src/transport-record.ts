import type { RefusalCode } from '@sealpost/protocol';

/**
 * What the transport tells the log. No record names an account, a device or a conversation, and none holds anything
 * that a client sent.
 */
export type TransportRecord =
  | { readonly level: 'debug'; readonly event: 'socket_refused'; readonly code: RefusalCode }
  | { readonly level: 'debug'; readonly event: 'socket_opened' }
  /** `reason` is ours or, where the other side or the network ended it, Socket.io's. */
  | { readonly level: 'debug'; readonly event: 'socket_closed'; readonly reason: string }
  | {
      readonly level: 'info';
      readonly event: 'sockets_drained';
      readonly sockets: number;
      readonly unfinished: number;
    }
  /** An adapter behind a port failed; it is asked again. */
  | {
      readonly level: 'warn';
      readonly event: 'fault';
      readonly during: string;
      readonly adapter: string;
      readonly operation: string;
      readonly detail: string;
    }
  /** `at` are the topmost frames of the stack; the message is left out, since it may hold values. */
  | {
      readonly level: 'error';
      readonly event: 'bug';
      readonly during: string;
      readonly error: string;
      readonly at: readonly string[];
    };

export type TransportLog = (record: TransportRecord) => void;
