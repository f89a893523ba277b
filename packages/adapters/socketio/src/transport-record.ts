import type { RefusalCode } from '@sealpost/protocol';
import type { FaultRecord } from '@sealpost/protocol/edge';

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
  | FaultRecord;

export type TransportLog = (record: TransportRecord) => void;
