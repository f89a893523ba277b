import type { DeviceRef, SessionId, Timestamp } from '@sealpost/domain';
import type { OwnSends } from './own-sends.ts';

/** The requester that an event came by. */
export interface Requester {
  readonly ref: DeviceRef;
  readonly session: SessionId;
  /** When its access token ends; moved on by a fresh one. */
  expiresAt: Timestamp;
  /** Its sends that it need not be given as pushes. */
  readonly ownSends: OwnSends;
}
