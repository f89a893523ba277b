import type { EdgeRecord } from '@sealpost/adapter-express';
import type { TransportRecord } from '@sealpost/adapter-socketio';

/** What the server itself tells its log. Like the transports' records, none holds anything that a client sent. */
export type LifecycleRecord =
  | {
      readonly level: 'info';
      readonly event: 'starting';
      readonly profile: string;
      readonly storage: string;
    }
  | { readonly level: 'info'; readonly event: 'migrated'; readonly steps: readonly string[] }
  | { readonly level: 'info'; readonly event: 'ready'; readonly tookMs: number }
  | { readonly level: 'info'; readonly event: 'stopping' }
  /** The drain limit ended what was being worked on. */
  | { readonly level: 'warn'; readonly event: 'drain_cut'; readonly limitMs: number }
  /** A device was offered the same entry so many times in an hour, and acknowledged it never. */
  | { readonly level: 'warn'; readonly event: 'delivery_loop'; readonly offers: number }
  | { readonly level: 'info'; readonly event: 'stopped' }
  /** The deployment's data were restored while this server ran: it stops, and has to be started anew. */
  | { readonly level: 'error'; readonly event: 'restored' }
  | { readonly level: 'info'; readonly event: 'incarnation_begun'; readonly incarnation: number }
  /** An adapter tells by a code what it did; as that the embedded database was started again. */
  | { readonly level: 'info' | 'warn'; readonly event: 'adapter'; readonly notice: string };

/** A structured record, safe by its type: texts in it are ours, or codes and names of kinds. */
export type LogRecord = EdgeRecord | TransportRecord | LifecycleRecord;

export type ServerLog = (record: LogRecord) => void;
