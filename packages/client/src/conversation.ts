import { decodeMsgpack } from '@sealpost/protocol';
import type { ChangeMembers } from './changes/change-members.ts';
import type { EnterKeys } from './changes/enter-keys.ts';
import { type Content, type DecodedContent } from './content/content.ts';
import { decodeContent, encodeContent } from './content/content-codec.ts';
import { foldContent, type ShownMessage } from './content/fold.ts';
import type { Core } from './core/ports.ts';
import { at, type ConversationRecord, type OutboxItem, type StoredEntry } from './core/records.ts';
import { SealpostError } from './core/sealpost-error.ts';
import type { ReportCursors } from './delivery/report-cursors.ts';
import type { Outbox } from './outbox/outbox.ts';

/** One position of the conversation, with what it says. */
export type Entry =
  | (Extract<StoredEntry, { kind: 'message' }> & { readonly said: DecodedContent })
  | Exclude<StoredEntry, { kind: 'message' }>;

export interface Message {
  readonly seq: number;
  readonly acceptedAt: number;
  readonly sender: { readonly account: string; readonly device: string };
  readonly clientId: string;
  readonly shown: ShownMessage<{
    seq: number;
    sender: { account: string; device: string };
    clientId: string;
    content: DecodedContent;
  }>;
}

/** A message on its way: shown at once, numbered when the server has it. */
export interface Outgoing {
  readonly clientId: string;
  readonly content: DecodedContent;
  readonly state: OutboxItem['state'];
  readonly error: string | null;
}

export interface ConversationParts {
  readonly core: Core;
  readonly outbox: Outbox;
  readonly members: ChangeMembers;
  readonly enter: EnterKeys;
  readonly cursors: ReportCursors;
}

/** Edits, deletions and reactions change what is there already: they do not count as unread. */
const quiet: ReadonlySet<Content['kind']> = new Set(['edit', 'delete', 'reaction', 'profile']);

export function encoded(content: Content): Uint8Array {
  const result = encodeContent(content);
  if (result.ok) return result.bytes;
  throw new SealpostError(
    'misuse',
    result.code === 'text_too_long' ? 'too_large' : 'invalid_request',
  );
}

/** A conversation of this device: everything that is read comes from the device's own store. */
export class Conversation {
  readonly id: string;
  readonly #parts: ConversationParts;

  constructor(id: string, parts: ConversationParts) {
    this.id = id;
    this.#parts = parts;
  }

  /** Kind, members, title, cursors; null before anything of it was read. */
  info(): Promise<ConversationRecord | null> {
    return this.#parts.core.vault.read<ConversationRecord>(at.conversation(this.id));
  }

  /** Sends, also while offline: durable when this resolves. Answers the message's client id. */
  send(content: Content): Promise<string> {
    return this.#parts.outbox.put(
      this.id,
      encoded(content),
      quiet.has(content.kind) ? 'quiet' : 'loud',
    );
  }

  /** Positions after `after`, oldest first. Reading again from the last one's seq misses and repeats nothing. */
  async entries(page: {
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly Entry[]> {
    const records = await this.#parts.core.vault.list(at.entries(this.id), {
      after: at.entry(this.id, page.after),
      limit: page.limit,
    });
    return records.map(({ value }) => {
      const entry = decodeMsgpack(value) as StoredEntry;
      return entry.kind === 'message' ? { ...entry, said: decodeContent(entry.content) } : entry;
    });
  }

  /** The last `limit` positions as people see them: edits, deletions and reactions applied. */
  async messages(limit: number): Promise<readonly Message[]> {
    const records = await this.#parts.core.vault.list(at.entries(this.id), {
      limit,
      reverse: true,
    });
    const entries = records
      .map(({ value }) => decodeMsgpack(value) as StoredEntry)
      .filter((entry) => entry.kind === 'message');
    const shown = foldContent(
      entries.map((entry) => ({
        ...entry,
        content: decodeContent(entry.content),
        acceptedAt: entry.acceptedAt,
      })),
    );
    return shown.messages.map((message) => ({
      seq: message.entry.seq,
      acceptedAt: message.entry.acceptedAt,
      sender: message.entry.sender,
      clientId: message.entry.clientId,
      shown: message,
    }));
  }

  /** What is on its way or has failed, in the order of sending. */
  async outgoing(): Promise<readonly Outgoing[]> {
    const items = await this.#parts.outbox.items(this.id);
    return items.map(({ clientId, content, state, error }) => ({
      clientId,
      content: decodeContent(content),
      state,
      error,
    }));
  }

  retry(clientId: string): Promise<void> {
    return this.#parts.outbox.retry(this.id, clientId);
  }

  /** Takes a failed message back; false: it had not failed. */
  withdraw(clientId: string): Promise<boolean> {
    return this.#parts.outbox.withdraw(this.id, clientId);
  }

  /** Everything up to `seq` is read; others are shown it with `show`. */
  async markRead(seq: number, show = true): Promise<void> {
    const { core, cursors } = this.#parts;
    const record = await core.vault.transact(async (draft) => {
      const now = await draft.read<ConversationRecord>(at.conversation(this.id));
      if (!now || seq <= now.read) return null;
      const read = Math.min(seq, now.cursor);
      const entry = await draft.read<StoredEntry>(at.entry(this.id, read));
      const readLoud = entry && entry.kind !== 'gap' ? entry.loud : now.readLoud;
      const next = { ...now, read, readLoud };
      draft.write(at.conversation(this.id), next);
      return next;
    });
    if (record)
      cursors.note({
        conversation: this.id,
        incarnation: record.incarnation,
        delivered: record.cursor,
        read: record.read,
        ...(show ? { shown: record.read } : {}),
      });
  }

  add(accounts: readonly string[]): Promise<void> {
    return this.info().then((record) =>
      this.#parts.members.add(
        this.id,
        accounts,
        encoded({ kind: 'profile', title: record?.title ?? '' }),
      ),
    );
  }

  remove(account: string): Promise<void> {
    return this.#parts.members.remove(this.id, account);
  }

  /** Leaves; `heir` becomes an owner, which the last owner of a group has to name. Rejects where that is `not_a_member`. */
  leave(heir: string | null = null): Promise<void> {
    return this.#parts.members.leave(this.id, heir);
  }

  /** Rejects with `not_a_member` where the account is none, or none any more. */
  setRole(account: string, role: 'owner' | 'admin' | 'member'): Promise<void> {
    return this.#parts.members.setRole(this.id, account, role);
  }

  refreshKeys(): Promise<void> {
    return this.#parts.members.refreshKeys(this.id);
  }

  /** Starts new keys for everybody: the cure when no device can go on. */
  reset(): Promise<void> {
    return this.#parts.enter.reset(this.id);
  }
}
