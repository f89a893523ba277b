import { describe, expect, it } from 'vitest';
import { Closing } from './closing.ts';

describe('Closing', () => {
  it('closes in reverse, one after the other', async () => {
    const closed: string[] = [];
    const closing = new Closing(() => undefined);
    for (const name of ['store', 'work', 'transports']) {
      closing.add(name, async () => {
        await Promise.resolve();
        closed.push(name);
      });
    }
    await closing.close();
    expect(closed).toEqual(['transports', 'work', 'store']);
  });

  it('closes the others when one fails, and tells', async () => {
    const told: unknown[] = [];
    const closed: string[] = [];
    const closing = new Closing((step, fault) => told.push([step, fault]));
    const fault = new Error('no');
    closing.add('store', () => void closed.push('store'));
    closing.add('work', () => Promise.reject(fault));
    await closing.close();
    expect(closed).toEqual(['store']);
    expect(told).toEqual([['work', fault]]);
  });

  it('closes nothing twice', async () => {
    let times = 0;
    const closing = new Closing(() => undefined);
    closing.add('store', () => void times++);
    await Promise.all([closing.close(), closing.close()]);
    expect(times).toBe(1);
  });
});
