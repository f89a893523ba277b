import type { Unmissed } from './unmissed.ts';

export const retentionUnmissed: Readonly<Record<string, Unmissed>> = {
  'retention/cut-expired.ts': {
    counts: ["if (count > 0) meter.count('entries_cut', count);"],
    same: ['if (this.#keepMs === Infinity) return true;'],
    bounds: [
      'if (count >= entriesAtOnce) return false;',
      'this.#after = conversation;',
      'total += count;',
      'if (total >= entriesAtOnce) return false;',
    ],
    race: ['log.forget(conversation);'],
  },
};
