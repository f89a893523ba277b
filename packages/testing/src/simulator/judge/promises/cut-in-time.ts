import type { Checker } from '../checker.ts';

/** A sweep goes over everything in it, and clocks of processes differ. */
const sweptMs = 60_000;

/** G16: what is stored stays bounded where a deployment keeps entries for a time: what is older goes. */
export function cutInTime(): Checker {
  return {
    promise: 'G16',
    async look({ calmForMs, database, keepMs, ledger, timeline }, check) {
      if (calmForMs < sweptMs) return;
      const oldest = timeline.wallTime - keepMs - sweptMs;
      for (const [conversation, log] of ledger.logs) {
        const page = await database.stores.log.page(conversation, 0, { entries: 1, bytes: 1 });
        const floor = page?.head.floor ?? 0;
        const acceptedAt = log.at(floor + 1)?.acceptedAt ?? Infinity;
        check(acceptedAt >= oldest, () => `${oldest - acceptedAt} ms older than it may be`);
      }
    },
  };
}
