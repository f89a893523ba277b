import type { JournalLine } from './journal.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Waits {
  /** Where nothing but the servers can make a message wait. */
  readonly unhurried: readonly number[];
  /** In groups, where senders are made to wait on purpose after many changes of keys (G7). */
  readonly groups: readonly number[];
}

const isUnhurried = (conversation: string): boolean => /^(?:self|direct)-/.test(conversation);

/**
 * How long messages that were said within the spans waited until they were accepted, in milliseconds; those that never
 * were count as Infinity, those that were refused for good not at all.
 */
export function waitsWithin(
  journals: readonly (readonly JournalLine[])[],
  spans: readonly Span[],
): Waits {
  const unhurried: number[] = [];
  const groups: number[] = [];
  for (const journal of journals) {
    const settled = new Map<string, number>();
    const failed = new Set<string>();
    for (const line of journal) {
      if (line.is === 'failed') failed.add(line.clientId);
      if ((line.is === 'accepted' || line.is === 'read') && !settled.has(line.clientId))
        settled.set(line.clientId, line.at);
    }
    for (const line of journal) {
      if (line.is !== 'said' || failed.has(line.clientId)) continue;
      const waits = isUnhurried(line.conversation) ? unhurried : groups;
      if (spans.some(({ from, to }) => from <= line.at && line.at <= to))
        waits.push((settled.get(line.clientId) ?? Infinity) - line.at);
    }
  }
  return { unhurried, groups };
}
