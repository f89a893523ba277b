import type { Finding } from '@sealpost/domain';

/** What a doctor looked at. */
export interface ExaminedPart {
  /** As an operator calls it: `port`, `storage, history (postgres)`. */
  readonly part: string;
  /** What it is like, in a few words. Holds no secret. */
  readonly is: string;
  /** Empty: it is well. */
  readonly findings: readonly Finding[];
}

/** Whether a server of this configuration cannot do its work. */
export const isIll = (parts: readonly ExaminedPart[]): boolean =>
  parts.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));

export const error = (code: string, problem: string, fix: string): Finding => ({
  severity: 'error',
  code,
  problem,
  fix,
});

/** The findings among what a check says: those that are not so are left out. */
export const found = (said: readonly (Finding | false | null)[]): Finding[] =>
  said.filter((one) => one !== false && one !== null);

/** Runs a check that may hang; one that takes longer than `limitMs` is a finding. */
export async function within(
  limitMs: number,
  part: string,
  check: Promise<ExaminedPart | readonly ExaminedPart[]>,
): Promise<readonly ExaminedPart[]> {
  const { promise: late, resolve } = Promise.withResolvers<readonly ExaminedPart[]>();
  const unanswered = error(
    'check_timed_out',
    `What is behind "${part}" did not answer within ${limitMs / 1_000} s.`,
    'See that it runs and is not overloaded, and that packets to it are not dropped on the way.',
  );
  const timer = setTimeout(
    () => resolve([{ part, is: 'no answer', findings: [unanswered] }]),
    limitMs,
  );
  try {
    return [await Promise.race([check, late])].flat();
  } finally {
    clearTimeout(timer);
  }
}
