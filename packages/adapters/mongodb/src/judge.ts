import type { Append, AppendOutcome, Bytes, Seq, Timestamp } from '@sealpost/domain';
import { documentOf, type EntryDocument, type Standing } from './documents.ts';

/** An entry that a device sent before. */
export interface Send {
  readonly seq: Seq;
  readonly acceptedAt: Timestamp;
  readonly digest: Bytes;
  /** The commit whose parts for joiners ended with it, whatever a repeat of the send names. */
  readonly supersedes: Seq | null;
}

/** Names a send among those of a conversation. */
export const sendKey = (device: string, clientId: string): string =>
  JSON.stringify([device, clientId]);

export interface Judged {
  /** One for each item. `appended` holds once the document is stored, and then for this item and all before it. */
  readonly outcomes: readonly AppendOutcome[];
  /** The commit whose parts for joiners ended with each item; null: none. */
  readonly ended: readonly (Seq | null)[];
  /** What is to be stored, in order; `item` is the place of the item that it is made of. */
  readonly documents: readonly { readonly item: number; readonly document: EntryDocument }[];
}

/** Judges the items of one conversation in order: each on what is stored and on the items before it. */
export function judge(
  newest: Standing | null,
  stored: ReadonlyMap<string, Send>,
  items: readonly Append[],
): Judged {
  let head = newest;
  const sends = new Map(stored);
  const documents: { item: number; document: EntryDocument }[] = [];
  const ended: (Seq | null)[] = items.map(() => null);
  const outcomes = items.map((append, item): AppendOutcome => {
    const { sender, clientId, after, digest } = append.draft;
    const known = sends.get(sendKey(sender.device, clientId));
    if (known) {
      const { supersedes, ...values } = known;
      ended[item] = supersedes;
      return { code: 'known', ...values };
    }
    if (append.basis !== (head?.version ?? 0)) return { code: 'stale' };
    if (after !== null && !sends.has(sendKey(sender.device, after))) return { code: 'out_of_turn' };
    const document = documentOf(append, head);
    documents.push({ item, document });
    head = document;
    const { seq, acceptedAt, loud, supersedes = null } = document;
    ended[item] = supersedes;
    const send = { seq, acceptedAt, digest: digest.slice(), supersedes };
    sends.set(sendKey(sender.device, clientId), send);
    return { code: 'appended', seq, acceptedAt, loud };
  });
  return { outcomes, ended, documents };
}

/** Stores nothing of them. */
export const refused = (
  items: readonly Append[],
  codeOf: (item: Append) => 'closed' | 'stale',
): Judged => ({
  outcomes: items.map((item) => ({ code: codeOf(item) })),
  ended: [],
  documents: [],
});
