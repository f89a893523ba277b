import type { Timestamp } from '../shared/ids.ts';

export interface Pace {
  readonly load: number;
  readonly at: Timestamp;
}

const halfLifeMs = 10_000;
const freeCommits = 4;
const stepMs = 100;
const stepPerMemberMs = 20;
const longestMs = 10_000;

export const noPace: Pace = { load: 0, at: 0 };

const decayed = (pace: Pace, now: Timestamp): number =>
  pace.load * 0.5 ** (Math.max(0, now - pace.at) / halfLifeMs);

/** The pace after one more commit. */
export const quickened = (pace: Pace, now: Timestamp): Pace => ({
  load: decayed(pace, now) + 1,
  at: Math.max(now, pace.at),
});

/**
 * How long the next commit must still wait: nothing after a few commits, then a span that grows with the commits of
 * the last seconds and with the members whose devices have to follow each of them; at most ten seconds.
 */
export function waitMs(pace: Pace, members: number, now: Timestamp): number {
  const excess = pace.load - freeCommits;
  if (excess <= 0) return 0;
  const span = Math.min(longestMs, excess * (stepMs + stepPerMemberMs * members));
  return Math.max(0, Math.ceil(span - Math.max(0, now - pace.at)));
}
