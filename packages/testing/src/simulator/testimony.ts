import type { AccessClaims, CloseReason, DeviceRef, SessionId } from '@sealpost/domain';
import type { CallName, ClientEvents } from '@sealpost/protocol';
import type { Refused, ServerPush } from '@sealpost/protocol/edge';
import type { LedgerLog } from './judge/ledger.ts';

/** What is seen of a run by those who judge it; nothing of it is known to the product. */
export type Testimony =
  /** An answer is about to leave a process; the values are those of the wire. */
  | {
      readonly kind: 'answered';
      readonly process: number;
      readonly what: CallName | keyof ClientEvents;
      readonly caller: AccessClaims | null;
      readonly asked: unknown;
      /** When it was asked. */
      readonly since: number;
      readonly answer:
        | { readonly ok: true; readonly value: unknown }
        | { readonly ok: false; readonly error: Refused };
    }
  /** A process lets a connection in. */
  | {
      readonly kind: 'admitted';
      readonly process: number;
      readonly device: DeviceRef;
      readonly session: SessionId;
    }
  /** A push is about to leave a process. */
  | {
      readonly kind: 'pushed';
      readonly process: number;
      readonly device: DeviceRef;
      readonly session: SessionId;
      readonly push: ServerPush;
    }
  | {
      readonly kind: 'closed';
      readonly process: number;
      readonly device: DeviceRef;
      readonly reason: CloseReason;
      readonly retryAfterMs: number | null;
    }
  /** A process has a connection no more, for whatever reason. */
  | { readonly kind: 'gone'; readonly process: number; readonly device: DeviceRef }
  | {
      readonly kind: 'process';
      readonly process: number;
      readonly became: 'up' | 'crashed' | 'draining' | 'stopped';
      /** What it had taken and not answered. */
      readonly unfinished: number;
    }
  /** An application gave its device something to send; the text is unlike every other. */
  | {
      readonly kind: 'put';
      readonly device: DeviceRef;
      readonly conversation: string;
      readonly clientId: string;
      readonly text: string;
    }
  /** An application was told that a message of its was accepted. */
  | {
      readonly kind: 'accepted';
      readonly device: DeviceRef;
      readonly conversation: string;
      readonly clientId: string;
    }
  /** An application was told that a message of its failed: whoever sends it again sends it later. */
  | {
      readonly kind: 'failed';
      readonly device: DeviceRef;
      readonly conversation: string;
      readonly clientId: string;
    }
  /** A person took a message back that had failed. */
  | { readonly kind: 'taken_back'; readonly clientId: string }
  /** A device hears the first word on a connection; what came late of those before is nothing to it any more. */
  | { readonly kind: 'greeted'; readonly device: DeviceRef }
  /** An application was told that everything the server had is stored. */
  | { readonly kind: 'caught_up'; readonly device: DeviceRef; readonly incarnation: number }
  /** The data was put back to an older state, and a new incarnation begun. */
  | {
      readonly kind: 'restored';
      readonly incarnation: number;
      /** When the backup was taken. */
      readonly asOf: number;
    }
  /** Somebody wants a device, a session or an account to end; whether it did is another question. */
  | {
      readonly kind: 'wanted';
      readonly ends: 'device' | 'session' | 'account';
      readonly id: string;
    }
  /** A device was told that it is not logged in any more. */
  | {
      readonly kind: 'logged_out';
      readonly device: DeviceRef;
      readonly session: string | null;
      readonly reason: string;
    }
  /** A device appends what must be refused, for as long as it is wrong on the log as it stands. */
  | {
      readonly kind: 'forged';
      readonly clientId: string;
      readonly isWrong: (before: LedgerLog) => boolean;
    }
  /** A call was made that must be refused. */
  | { readonly kind: 'tried'; readonly what: CallName; readonly answered: boolean }
  /** Somebody threw what nobody should. */
  | { readonly kind: 'bug'; readonly where: string; readonly error: unknown };

export type Witness = (testimony: Testimony) => void;
