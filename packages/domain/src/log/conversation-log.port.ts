import type { Bytes, ClientId, ConversationId, DeviceId, Seq, Timestamp } from '../shared/ids.ts';
import type { Entry, EntryDraft, EntryEnvelope, Part } from './entry.ts';
import type { Tenure } from './tenure.ts';

/** The newest point of a conversation's log. */
export interface Head {
  readonly seq: Seq;
  readonly loud: number;
  readonly acceptedAt: Timestamp;
  /** Seq of the last entry that is not a message. */
  readonly version: Seq;
  /** Where the log stood when the deployment was restored, oldest first; entries beyond it were lost for that incarnation. */
  readonly restores: readonly { readonly incarnation: number; readonly head: Seq }[];
  /** Retention cut the entries up to this one; 0: none. */
  readonly floor: Seq;
  readonly tenure: Tenure;
}

/** What a conversation's state is folded from: a stored state, and the entries after it that are not messages. */
export interface LoadedLog {
  readonly snapshot: { readonly version: Seq; readonly state: string } | null;
  readonly changes: readonly EntryEnvelope[];
  readonly head: Head;
}

export interface Append {
  readonly draft: EntryDraft;
  readonly parts: readonly Part[];
  /** The version of the state on which the entry was decided; 0: the conversation does not exist yet. */
  readonly basis: Seq;
  /** The server's time. */
  readonly now: Timestamp;
  /** The commit whose parts for joiners this entry makes useless and which are dropped with it; null: none. */
  readonly supersedes: Seq | null;
}

/**
 * - `appended`: the entry is durable under `seq`.
 * - `known`: the sender's device already has an entry with this client id in the conversation; these are its values, and
 *   nothing of the item takes effect.
 * - `stale`: `basis` is not the log's version (any more).
 * - `out_of_turn`: `after` names a send of the same device that is not in the conversation's log.
 * - `closed`: the log takes nothing, not even the question whether the send is known.
 */
export type AppendOutcome =
  | {
      readonly code: 'appended';
      readonly seq: Seq;
      readonly acceptedAt: Timestamp;
      readonly loud: number;
    }
  | {
      readonly code: 'known';
      readonly seq: Seq;
      readonly acceptedAt: Timestamp;
      readonly digest: Bytes;
    }
  | { readonly code: 'stale' }
  | { readonly code: 'out_of_turn' }
  | { readonly code: 'closed' };

export interface LogPage {
  /** Consecutive entries, oldest first. */
  readonly entries: readonly Entry[];
  /** The head as of the same instant as the entries: every change among or before them is covered by its `version`. */
  readonly head: Head;
}

/** Part of a log as another store has it. */
export interface Adoption {
  readonly conversation: ConversationId;
  /** The other log's; it may go on beyond the entries, but they do not go beyond it. */
  readonly head: Head;
  /** The state at its floor; null: it has none. */
  readonly state: LoadedLog['snapshot'];
  /** The entry below its floor that is kept all the same; null: none. */
  readonly kept: Entry | null;
  /** Consecutive entries above its floor, oldest first. */
  readonly entries: readonly Entry[];
}

/** Entries that retention takes out of a log: a prefix, never a hole. */
export interface Cut {
  readonly conversation: ConversationId;
  /** The last entry to go. */
  readonly floor: Seq;
  /** The folded state at `version`, which covers every change up to the floor: the state is folded from it from then on. */
  readonly version: Seq;
  readonly state: string;
  /** The commit whose part for joiners is still handed out: it stays, as `entry` says, although it is among them. */
  readonly keep: Seq;
}

/** Where logs can be cut. */
export interface Expiring {
  readonly found: readonly { readonly conversation: ConversationId; readonly floor: Seq }[];
  /** The last conversation that was looked at; null: there are no more. */
  readonly next: ConversationId | null;
}

/**
 * Durable, totally ordered entries, one log per conversation. It stores what it is given and knows no rule.
 */
export interface ConversationLog {
  /**
   * Null when the conversation has no entry. `from` tells which stored state it starts from: the newest, or the one at
   * the floor, after which all changes follow; without a floor that is none.
   */
  load(conversation: ConversationId, from?: 'newest' | 'floor'): Promise<LoadedLog | null>;

  /**
   * Appends entries, answering each in its place.
   *
   * - Numbers of a conversation are 1, 2, 3 …: no hole, no duplicate, whatever number of callers append at once.
   * - Each item is judged in the order of the batch and sees those before it: first `closed`,
   *   then `known`, then `stale`, then `out_of_turn`.
   * - An answer is given only after everything that it tells is durable. When the call rejects, some of the items may
   *   have been appended: the same batch can be given again.
   * - One conversation's stale items do not delay or fail another's.
   * - `acceptedAt` never falls within a conversation, whatever `now` says.
   * - A message leaves the version as it is; every other entry makes its own seq the version.
   * - Of racing items with the same basis that are not messages, exactly one is appended.
   */
  append(batch: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /**
   * Reads consecutive entries after `after`: at most `limit.entries`, ending with the entry by which `limit.bytes` of
   * parts are reached, but at least one if there is one. Null when the conversation has no entry.
   * A reader that goes on from the last seq of each page never misses an entry, however late a writer commits.
   * After a place below the floor it gives no entries: the head says where to go on.
   */
  page(
    conversation: ConversationId,
    after: Seq,
    limit: { readonly entries: number; readonly bytes: number },
  ): Promise<LogPage | null>;

  /** Reads one entry; null when it is beyond the head or was cut. */
  entry(conversation: ConversationId, seq: Seq): Promise<Entry | null>;

  /** The heads of those conversations that have an entry. */
  heads(conversations: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, Head>>;

  /**
   * The heads whose last entry was accepted at or after `since`, newest first, at most `limit`: what a process compares
   * with what it pushed, so that a lost hint is made good.
   */
  movedSince(since: Timestamp, limit: number): Promise<ReadonlyMap<ConversationId, Head>>;

  /** The conversations that have an entry, ascending by id (by its characters' codes), strictly after `after`. */
  conversations(page: {
    readonly after: ConversationId | null;
    readonly limit: number;
  }): Promise<readonly ConversationId[]>;

  /** Finds the entry that a device sent under a client id. */
  find(
    conversation: ConversationId,
    device: DeviceId,
    clientId: ClientId,
  ): Promise<EntryEnvelope | null>;

  /** Keeps the folded state at `version`, a shortcut for `load`; an older version than the stored one changes nothing. */
  saveSnapshot(conversation: ConversationId, version: Seq, state: string): Promise<void>;

  /**
   * Notes in every log's head that `incarnation` starts where the log stands now (`Head.restores`); a log that has
   * that note already keeps it. Called when the data was restored from a backup, before anything is appended.
   */
  markRestored(incarnation: number): Promise<void>;

  /**
   * Looks for entries of open logs accepted before `before`, in at most `page.conversations` conversations in ascending order of
   * their ids, strictly after `page.after`. Found are those that have such entries above their floor, each with the
   * newest of them among its oldest `page.entries`.
   */
  expiring(
    before: Timestamp,
    page: {
      readonly after: ConversationId | null;
      readonly conversations: number;
      readonly entries: number;
    },
  ): Promise<Expiring>;

  /**
   * Raises a log's floor: the entries up to it are no more, and none of them is found or known, so that a send which
   * is given again is new. All or nothing; answers how many entries were cut.
   *
   * - The entry `keep` stays found and known and is given by `entry`, but by no page, until a cut that names another.
   * - Numbers go on as before, also when nothing is left above the floor: the head stays.
   * - Changes nothing and answers 0 when the floor is that high already or the head is lower, when the state is older
   *   than the one at the floor or than a change that is to go, and when the log is not open.
   */
  cut(cut: Cut): Promise<number>;

  /** The entry below the floor that the last cut kept; null: none. */
  kept(conversation: ConversationId): Promise<Entry | null>;

  /**
   * Whether a log takes entries; null when the conversation has none. For null instead of a conversation: whether
   * conversations are founded here; while they are not, the first entry of one is answered `closed`.
   */
  tenure(conversation: ConversationId | null): Promise<Tenure | null>;

  /**
   * Opens or closes a log, or the store for new conversations (null). Of racing callers with the same `from` one gets
   * its way. Once it has answered that a log is not open, nothing is appended that is not there by then; a closed store
   * is closed for foundings under way, too.
   *
   * @param from the term that it has by now.
   * @param to what it is to have, with a higher term.
   * @returns whether it has `to` now. False: it has another tenure, or there is no such log; nothing has changed.
   */
  changeTenure(conversation: ConversationId | null, from: number, to: Tenure): Promise<boolean>;

  /**
   * Takes over part of a log as another store has it: numbers, times, counts and client ids as they are, its floor with
   * the state and the kept entry, and the notes of restores. Makes the log, closed and of the term that the store has
   * for new conversations, when there is none.
   *
   * - Repeating it changes nothing, also when it is an older part: what is at or below the floor is left out.
   * - Of an entry that is there with parts for joiners, and comes without, these are dropped.
   * - The log goes on up to the last of the entries; with all of them its head is the given one but for the tenure.
   * - Answers false, and keeps every entry as it is, when the log is open, has another entry under one of the numbers, or
   *   would get a hole.
   * - When the call rejects some of it may have been taken: it can be repeated.
   */
  adopt(adoption: Adoption): Promise<boolean>;
}
