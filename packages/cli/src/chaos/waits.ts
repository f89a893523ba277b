import type { JournalLine } from './journal.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Conversations in which nothing but the servers can make a message wait: no pace of changes of a group. */
const isUnhurried = (conversation: string): boolean => /^(?:self|direct)-/.test(conversation);

/**
 * How long messages that were said within the spans waited until they were accepted, in milliseconds; those that never
 * were count as Infinity. Groups are left out: after many changes of keys they make senders wait on purpose (G7).
 */
export function waitsWithin(
  journals: readonly (readonly JournalLine[])[],
  spans: readonly Span[],
): number[] {
  const waits: number[] = [];
  for (const journal of journals) {
    const settled = new Map<string, number>();
    const failed = new Set<string>();
    for (const line of journal) {
      if (line.is === 'failed') failed.add(line.clientId);
      if ((line.is === 'accepted' || line.is === 'read') && !settled.has(line.clientId))
        settled.set(line.clientId, line.at);
    }
    for (const line of journal) {
      if (line.is !== 'said' || failed.has(line.clientId) || !isUnhurried(line.conversation))
        continue;
      if (spans.some(({ from, to }) => from <= line.at && line.at <= to))
        waits.push((settled.get(line.clientId) ?? Infinity) - line.at);
    }
  }
  return waits;
}
