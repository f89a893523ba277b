import { setImmediate as turn } from 'node:timers/promises';
import { AdapterFailure } from '@sealpost/domain';
import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

describe('Turnstile', () => {
  it('never runs more at once than it may, and in order of arrival', async () => {
    const turnstile = new Turnstile({ atOnce: 3, waiting: 100 });
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const task = (n: number) => async (): Promise<number> => {
      started.push(n);
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      if (n % 5 === 0) throw new Error('task failed');
      return n;
    };
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const admitted: Promise<unknown>[] = [];
    for (const n of numbers) {
      admitted.push(turnstile.run('test', task(n)).catch(() => 'failed'));
      if (n % 4 === 0) await turn();
    }
    const results = await Promise.all(admitted);
    expect(most).toBe(3);
    expect(started).toEqual(numbers);
    expect(results.filter((result) => result === 'failed')).toHaveLength(10);
    expect(await turnstile.run('test', task(1))).toBe(1);
  });

  it('turns away what finds too many waiting, and takes it when there is room', async () => {
    const turnstile = new Turnstile({ atOnce: 1, waiting: 1 });
    const admitted = [turnstile.run('test', turn), turnstile.run('test', turn)];
    const refusal: unknown = await turnstile.run('test', turn).catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(AdapterFailure);
    expect(refusal).toMatchObject({ retryable: true, detail: 'queue_full', operation: 'test' });
    await Promise.all(admitted);
    await expect(turnstile.run('test', turn)).resolves.toBeUndefined();
  });
});
