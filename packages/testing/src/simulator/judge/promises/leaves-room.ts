import type { Checker } from '../checker.ts';

const whileMs = 3_000;
const mostChanges = 16;

/** G7: however fast somebody changes the keys of a conversation, between the changes there is room for what people say. */
export function leavesRoom(): Checker {
  /** By conversation, when its keys were changed lately. */
  const changedAt = new Map<string, readonly number[]>();
  return {
    promise: 'G7',
    see(testimony) {
      if (testimony.kind === 'restored') changedAt.clear();
    },
    stored({ conversation, change }, before, { timeline: { now } }, check) {
      if (change === null || change.mode === null) return;
      // What is owed goes first, however often.
      if (change.removeDevices.some(({ device }) => before.owed.has(device))) return;
      const lately = (changedAt.get(conversation) ?? []).filter((at) => at > now - whileMs);
      changedAt.set(conversation, [...lately, now]);
      check(
        lately.length < mostChanges,
        () => `${conversation.slice(0, 12)}: ${lately.length + 1} changes of keys within 3 s`,
      );
    },
  };
}
