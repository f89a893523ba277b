import { ok, type Result } from '@sealpost/domain';

/** The outcome with its value in the form of the wire. */
export const answered = <T, W, E>(outcome: Result<T, E>, onWire: (value: T) => W): Result<W, E> =>
  outcome.ok ? ok(onWire(outcome.value)) : outcome;

/** The outcome of what tells nothing but that it is done. */
export const done = <E>(outcome: Result<unknown, E>): Result<Record<string, never>, E> =>
  answered(outcome, () => ({}));
