import type { Clock, RandomSource, Timers } from '@sealpost/domain';

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** Time and randomness of the platform, in browsers and in Node alike. */
export const webSystem: {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomSource;
} = {
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
  },
  timers: {
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  },
  random: {
    bytes: randomBytes,
    id: () => Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join(''),
  },
};
