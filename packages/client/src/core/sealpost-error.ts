import type { WireRefusal } from '@sealpost/protocol';

/**
 * - `offline`: no answer from the server; what can be kept is kept and tried again.
 * - `refused`: the server or a rule turned it down; `refusal` carries its reason.
 * - `state`: this device is not in a state for it (not logged in, not linked, left the conversation).
 * - `trust`: a person must decide first.
 * - `misuse`: the call is wrong.
 */
export type ErrorKind = 'offline' | 'refused' | 'state' | 'trust' | 'misuse';

export type ErrorCode =
  | WireRefusal['code']
  | 'no_answer'
  | 'not_logged_in'
  | 'already_logged_in'
  | 'not_a_member'
  | 'quarantined'
  | 'forked'
  | 'broken_again'
  | 'gave_up'
  | 'unencrypted_engine'
  | 'link_failed'
  | 'closed';

const later: ReadonlySet<ErrorCode> = new Set([
  'no_answer',
  'unavailable',
  'rate_limited',
  'too_soon',
  'busy',
  'gave_up',
  'internal',
]);

/** What every call of the SDK rejects with. Never carries content, keys, tokens or handles. */
export class SealpostError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** The server's reason, with what heals it. */
  readonly refusal: WireRefusal | null;

  constructor(kind: ErrorKind, code: ErrorCode, refusal: WireRefusal | null = null) {
    super(`${kind}: ${code}`);
    this.name = 'SealpostError';
    this.kind = kind;
    this.code = code;
    this.retryable = later.has(code);
    this.refusal = refusal;
  }

  static refused(refusal: WireRefusal): SealpostError {
    return new SealpostError('refused', refusal.code, refusal);
  }
}
