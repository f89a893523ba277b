import type { EdgeRecord } from '@sealpost/adapter-express';
import type { TransportRecord } from '@sealpost/adapter-socketio';
import type { AdapterCapability, PortFamily } from '@sealpost/domain';
import type { CertificateDoubt } from '../backends/certificate.ts';

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
  /** Something is wrong with an adapter's technology, and later no longer; `sealpost doctor` says what mends it. */
  | {
      readonly level: 'warn' | 'error';
      readonly event: 'adapter_finding';
      readonly adapter: string;
      readonly code: string;
    }
  | {
      readonly level: 'info';
      readonly event: 'adapter_finding_over';
      readonly adapter: string;
      readonly code: string;
    }
  /** An adapter tells by a code what it did; as that the embedded database was started again. */
  | { readonly level: 'info' | 'warn'; readonly event: 'adapter'; readonly notice: string }
  /** What is certified of an adapter from outside: `laws` held, as `6 of 6`, and why that proves nothing of it. */
  | {
      readonly level: 'info' | 'warn';
      readonly event: 'certificate';
      readonly package: string;
      readonly version: string | null;
      readonly portVersions: { readonly [Family in PortFamily]?: number };
      readonly laws: { readonly [Family in PortFamily]?: string };
      readonly capabilities: readonly AdapterCapability[];
      readonly doubts: readonly CertificateDoubt[];
    };

/** A structured record, safe by its type: texts in it are ours, or codes and names of kinds. */
export type LogRecord = EdgeRecord | TransportRecord | LifecycleRecord;

export type ServerLog = (record: LogRecord) => void;
