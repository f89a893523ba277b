import { AdapterFailure, type Timers } from '@sealpost/domain';

/** The answer, or a failure `timed_out` after `ms`; what comes later is of no interest. */
export async function within<T>(
  timers: Timers,
  ms: number,
  operation: string,
  answer: Promise<T>,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = timers.after(ms, () => {
    const fault = { adapter: 'redis', operation, retryable: true, detail: 'timed_out' };
    late.reject(new AdapterFailure(fault));
  });
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    cancel();
  }
}
