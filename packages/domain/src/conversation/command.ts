import type { EntryClass, EntryDraft, Part } from '../log/entry.ts';
import type {
  AccountId,
  Bytes,
  ClientId,
  ConversationId,
  DeviceRef,
  Timestamp,
} from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import type { Change } from './conversation.ts';

/** An entry that somebody wants in a log. */
export interface Command {
  readonly conversation: ConversationId;
  readonly kind: EntryDraft['kind'];
  readonly class: EntryClass;
  readonly sender: DeviceRef;
  readonly clientId: ClientId;
  readonly after: ClientId | null;
  /** For which generation and epoch it was made: a message for those in force, a change on top of them. */
  readonly generation: number;
  readonly epoch: number;
  readonly change: Change | null;
  readonly blobs: readonly string[];
  readonly parts: readonly Part[];
}

/** What a rule must know beside the state. */
export interface Facts {
  readonly now: Timestamp;
  readonly limits: Limits;
  /** SHA-256 over the parts. */
  readonly digest: Bytes;
  /** The id that a direct or self conversation of these accounts must have; null where any id may be chosen. */
  readonly requiredId: ConversationId | null;
  /** Devices to be added that do not exist, are not certified, are revoked, or belong to another account. */
  readonly unusable: readonly DeviceRef[];
  /** Accounts that take nothing from the sender. */
  readonly refusing: readonly AccountId[];
  /** How long commits still make way for another device's message that keeps losing to them (`turn-taking.ts`). */
  readonly heldMs: number;
  /** The server acts for an account: its device was revoked, or it was deleted. Only for roster entries. */
  readonly onBehalf: boolean;
}

/** The entry that a command becomes, with the generation and epoch in force after it. */
export const draftOf = (
  command: Command,
  facts: Facts,
  at: { generation: number; epoch: number },
): EntryDraft => ({
  conversation: command.conversation,
  kind: command.kind,
  class: command.class,
  generation: at.generation,
  epoch: at.epoch,
  sender: command.sender,
  clientId: command.clientId,
  after: command.after,
  change: command.change,
  blobs: command.blobs,
  digest: facts.digest,
});
