import type { Checker } from '../checker.ts';

const drainMs = 10_000;

/** G18: a process that is told to stop finishes what it took, sends everybody away with a time to come back, and ends. */
export function drains(): Checker {
  return {
    promise: 'G18',
    see(testimony, scene, check) {
      if (testimony.kind === 'closed' && testimony.reason === 'draining')
        check(testimony.retryAfterMs !== null, () => 'sent away, and not until when');
      if (testimony.kind !== 'process') return;
      if (testimony.became === 'stopped')
        check(testimony.unfinished === 0, () => `stopped with ${testimony.unfinished} unanswered`);
      const process = scene.processes.find(({ id }) => id === testimony.process);
      if (testimony.became === 'draining' && process) {
        scene.timeline.after(drainMs, () =>
          check(!process.life.alive, () => `process ${process.id} still runs after its limit`),
        );
      }
    },
  };
}
