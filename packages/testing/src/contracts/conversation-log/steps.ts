import {
  assert,
  type Append,
  type AppendOutcome,
  type ConversationId,
  type ConversationLog,
  type Entry,
  type LogPage,
  type Seq,
} from '@sealpost/domain';

export type Appended = Extract<AppendOutcome, { readonly code: 'appended' }>;
export const wide = { entries: 1000, bytes: 1 << 24 };

/** The outcomes' codes. */
export const codes = (outcomes: readonly AppendOutcome[]): string[] =>
  outcomes.map(({ code }) => code);

/** Appends one after the other what must succeed. */
export async function appendAll(
  log: ConversationLog,
  appends: readonly Append[],
): Promise<Appended[]> {
  const done: Appended[] = [];
  for (const append of appends) {
    const [outcome] = await log.append([append]);
    assert(outcome?.code === 'appended', `expected appended, not ${outcome?.code ?? 'nothing'}`);
    done.push(outcome);
  }
  return done;
}

/** What must be stored of an append that was answered so. */
export const entryOf = ({ draft, parts }: Append, { seq, acceptedAt, loud }: Appended): Entry => ({
  ...draft,
  seq,
  acceptedAt,
  loud,
  parts,
});

export async function pageOf(
  log: ConversationLog,
  conversation: ConversationId,
  after: Seq = 0,
  limit: { readonly entries: number; readonly bytes: number } = wide,
): Promise<LogPage> {
  const page = await log.page(conversation, after, limit);
  assert(page !== null, 'the conversation has entries');
  return page;
}

export const seqsOf = (entries: readonly { readonly seq: Seq }[]): Seq[] =>
  entries.map(({ seq }) => seq);
/** 1 … last. */
export const upTo = (last: Seq): Seq[] => Array.from({ length: last }, (_, index) => index + 1);
