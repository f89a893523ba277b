import type { DeviceRef } from '../engine/engine.port.ts';
import type { Content, DecodedContent, MessageRef } from './content.ts';

/** One decrypted entry of a conversation's log. */
export interface ContentEntry {
  readonly seq: number;
  readonly sender: DeviceRef;
  readonly clientId: string;
  readonly content: DecodedContent;
}

/** A message as it is shown now. */
export interface ShownMessage<E extends ContentEntry> {
  /** The entry that brought the message. */
  readonly entry: E;
  readonly kind: 'text' | 'reply' | 'unsupported' | 'malformed';
  /** The text after the last edit; null when there is none to show, or it was deleted. */
  readonly text: string | null;
  /** What a reply answers, whether or not that is among the entries. */
  readonly replyTo: MessageRef | null;
  readonly edited: boolean;
  readonly deleted: boolean;
  /** In the order in which each emoji, and each account on it, first came. */
  readonly reactions: readonly { readonly emoji: string; readonly accounts: readonly string[] }[];
}

export interface ShownConversation<E extends ContentEntry> {
  /** By seq. */
  readonly messages: readonly ShownMessage<E>[];
  /** Of the last profile; null when there was none. */
  readonly title: string | null;
}

/**
 * What a conversation shows after `entries`.
 *
 * - Order and repetition of `entries` do not matter: they are taken by seq, and of several with one sender and client id
 *   only the first.
 * - An edit or delete counts only from the account of its target, and only for a target before it. A deleted message
 *   stays deleted, and has no text and no reactions.
 * - A profile counts whoever sends it: give only those that come from a change whose sender may make it.
 * - Changes of a message that is not among the entries show nothing.
 */
export function foldContent<E extends ContentEntry>(entries: Iterable<E>): ShownConversation<E> {
  const drafts = new Map<string, Draft<E>>();
  let title: string | null = null;
  for (const entry of inOrder(entries)) {
    const { content } = entry;
    switch (content.kind) {
      case 'profile':
        title = content.title;
        break;
      case 'edit':
      case 'delete':
      case 'reaction': {
        const draft = drafts.get(nameOf(content.target));
        if (draft) apply(draft, content, entry.sender.account);
        break;
      }
      default:
        drafts.set(nameOf(entry), draftOf(entry, content));
    }
  }
  return { messages: [...drafts.values()].map(shown), title };
}

interface Draft<E extends ContentEntry> extends Omit<ShownMessage<E>, 'reactions'> {
  text: string | null;
  edited: boolean;
  deleted: boolean;
  readonly reactions: Map<string, Map<string, boolean>>;
}

type Standing = Exclude<DecodedContent, { kind: 'edit' | 'delete' | 'reaction' | 'profile' }>;
type Change = Extract<Content, { kind: 'edit' | 'delete' | 'reaction' }>;

function draftOf<E extends ContentEntry>(entry: E, content: Standing): Draft<E> {
  return {
    entry,
    kind: content.kind,
    text: 'text' in content ? content.text : null,
    replyTo: content.kind === 'reply' ? content.target : null,
    edited: false,
    deleted: false,
    reactions: new Map(),
  };
}

function apply(draft: Draft<ContentEntry>, change: Change, account: string): void {
  if (draft.deleted) return;
  if (change.kind === 'reaction') {
    const accounts = draft.reactions.get(change.emoji) ?? new Map<string, boolean>();
    draft.reactions.set(change.emoji, accounts.set(account, change.on));
    return;
  }
  if (draft.entry.sender.account !== account) return;
  if (change.kind === 'delete') {
    draft.deleted = true;
    draft.text = null;
    draft.reactions.clear();
  } else if (draft.text !== null) {
    draft.text = change.text;
    draft.edited = true;
  }
}

function shown<E extends ContentEntry>(draft: Draft<E>): ShownMessage<E> {
  const reactions = [...draft.reactions].flatMap(([emoji, states]) => {
    const accounts = [...states].filter(([, on]) => on).map(([account]) => account);
    return accounts.length === 0 ? [] : [{ emoji, accounts }];
  });
  return { ...draft, reactions };
}

function inOrder<E extends ContentEntry>(entries: Iterable<E>): Iterable<E> {
  const firsts = new Map<string, E>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const known = firsts.get(name);
    if (!known || entry.seq < known.seq) firsts.set(name, entry);
  }
  return [...firsts.values()].sort((one, other) => one.seq - other.seq);
}

const nameOf = ({ sender, clientId }: MessageRef): string =>
  JSON.stringify([sender.account, sender.device, clientId]);
