import type { Checker } from '../checker.ts';

/** Who took over a connection, and whatever was lost of presence, is known everywhere by then when nothing is broken. */
const knownMs = 15_000;

/** G10: a device has one connection, wherever it connects. */
export function oneConnection(): Checker {
  return {
    promise: 'G10',
    async look({ calmForMs, timeline, database, processes }, check) {
      const known = timeline.now - knownMs;
      if (calmForMs < knownMs || database.presenceLostAt > known) return;
      const held = new Set<string>();
      for (const { connections, life } of processes) {
        const old = connections.all().filter(({ since }) => since < known);
        for (const { ref } of life.alive ? old : []) {
          check(!held.has(ref.device), () => 'a device has two connections');
          held.add(ref.device);
        }
      }
    },
  };
}
