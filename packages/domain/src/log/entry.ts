import type { Change } from '../conversation/conversation.ts';
import type {
  Bytes,
  ClientId,
  ConversationId,
  DeviceId,
  DeviceRef,
  Seq,
  Timestamp,
} from '../shared/ids.ts';

/** Who is given a part: every reader of the entry, devices about to join by themselves, or the named devices. */
export type Audience = 'all' | 'joiners' | readonly DeviceId[];

/** Ciphertext and whom it is for. */
export interface Part {
  readonly audience: Audience;
  readonly bytes: Bytes;
}

export type EntryKind = 'created' | 'message' | 'roster' | 'commit';
/** The sender's choice: only loud entries count as unread and wake devices. */
export type EntryClass = 'loud' | 'quiet';

/** Everything of an entry that is decided before the log numbers it. */
export interface EntryDraft {
  readonly conversation: ConversationId;
  readonly kind: EntryKind;
  readonly class: EntryClass;
  /** The generation and epoch in force after this entry; a message is encrypted for exactly these. */
  readonly generation: number;
  readonly epoch: number;
  readonly sender: DeviceRef;
  readonly clientId: ClientId;
  /** The sender's previous send in this conversation, while that was unanswered. */
  readonly after: ClientId | null;
  /** Null exactly for messages. */
  readonly change: Change | null;
  /** Ids of media blobs that the entry refers to. */
  readonly blobs: readonly string[];
  /** SHA-256 over the parts (`entry-digest.ts`). */
  readonly digest: Bytes;
}

/** An entry without its parts: all that a fold needs. */
export interface EntryEnvelope extends EntryDraft {
  readonly seq: Seq;
  /** The greater of the server's time and the previous entry's. */
  readonly acceptedAt: Timestamp;
  /** How many loud entries the log has up to and with this one: unread counts are differences of two. */
  readonly loud: number;
}

export interface Entry extends EntryEnvelope {
  readonly parts: readonly Part[];
}

/** Bytes of ciphertext. */
export const sizeOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + part.bytes.length, 0);
