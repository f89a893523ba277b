import { it, type TestContext } from 'vitest';
import type { FanOut, PresenceLeases, RateLimiter, Stores } from '@sealpost/domain';

/** What a suite is run against. */
export interface Subject<Opened> {
  /** Adapter and configuration, e.g. `postgres`, `postgres behind group commit`. */
  readonly name: string;
  /**
   * Opens an isolated, empty instance. `dispose` leaves nothing behind; from then on every call on the instance is
   * refused with an `AdapterFailure`.
   */
  open(): Promise<Opened & { dispose(): Promise<void> }>;
}

/** A deployment's stores. All ports of one instance share its data. */
export type StoresSubject = Subject<{ readonly stores: Stores }>;

/** Two processes of one deployment; the same object twice where a deployment is one process. */
export type FanOutSubject = Subject<{
  readonly here: FanOut;
  readonly there: FanOut;
  /** Cuts the channel between the two in such a way that it comes back; resolves when it was cut. */
  interrupt(): Promise<void>;
}>;

export type PresenceLeasesSubject = Subject<{
  readonly presence: PresenceLeases;
  /** Has the store's clock go on. */
  elapse(ms: number): Promise<void>;
}>;

/** A limiter that is opened with `testRates`. */
export type RateLimiterSubject = Subject<{
  readonly limiter: RateLimiter;
  /** Lets so much time pass for the limiter. */
  advance(ms: number): Promise<void>;
  /** How many keys it remembers. */
  remembered(): Promise<number>;
}>;

const limitMs = 60_000;

/** `it` on a fresh instance of the subject, which is disposed of afterwards; a test may do so earlier by `dispose`. */
export const testsOf =
  <Opened>(subject: Subject<Opened>) =>
  (
    sentence: string,
    run: (opened: Opened & { dispose(): Promise<void> }, context: TestContext) => Promise<void>,
  ): void =>
    it(
      sentence,
      async (context) => {
        const opened = await subject.open();
        let disposed: Promise<void> | undefined;
        const dispose = (): Promise<void> => (disposed ??= opened.dispose());
        try {
          await run({ ...opened, dispose }, context);
        } finally {
          await dispose();
        }
      },
      limitMs,
    );
