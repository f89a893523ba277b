export interface StopStep {
  readonly signal: NodeJS.Signals;
  /** How long the processes have to end before the next, harder step. */
  readonly limitMs: number;
}

/**
 * Postgres' ways to stop, the kindest first: fast (clients are cut off, all is written), immediate (the next start
 * recovers from the log; Postgres itself gives its processes 5 s for that), and at last death.
 */
export const stopSteps: readonly StopStep[] = [
  { signal: 'SIGINT', limitMs: 10_000 },
  { signal: 'SIGQUIT', limitMs: 8_000 },
  { signal: 'SIGKILL', limitMs: 5_000 },
];

/** Sends one signal after the other until `gone` says in time that nothing is left. Says whether that came about. */
export async function stopInSteps(
  steps: readonly StopStep[],
  send: (signal: NodeJS.Signals) => Promise<void> | void,
  gone: (limitMs: number) => Promise<boolean>,
): Promise<boolean> {
  for (const { signal, limitMs } of steps) {
    await send(signal);
    if (await gone(limitMs)) return true;
  }
  return false;
}
