import { TestTime } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { RememberedRefusing } from './remembered-refusing.ts';

function aMemory() {
  const time = new TestTime();
  const blocking = new Set<string>();
  const failing = new Set<string>();
  const asked: string[][] = [];
  const store = {
    refusing: (account: string, owners: readonly string[]) => {
      asked.push([account, ...owners]);
      if (failing.has(account)) return Promise.reject(new Error('out of reach'));
      return Promise.resolve(owners.filter((owner) => blocking.has(`${owner} ${account}`)));
    },
  };
  return { time, blocking, failing, asked, memory: new RememberedRefusing(store, time) };
}

describe('remembered refusing', () => {
  it('asks the store once in two seconds for each pair, and sees a block and its end after that', async () => {
    const { time, blocking, asked, memory } = aMemory();
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    blocking.add('bob ann');
    await time.advance(1_499);
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    expect(asked).toHaveLength(1);
    await time.advance(501);
    expect(await memory.refusing('ann', ['bob'])).toEqual(['bob']);
    blocking.clear();
    await time.advance(2_000);
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    expect(asked).toHaveLength(3);
  });

  it('asks again before an answer is too old, once and without anybody waiting for it', async () => {
    const { time, blocking, asked, memory } = aMemory();
    await memory.refusing('ann', ['bob']);
    await time.advance(1_500);
    blocking.add('bob ann');
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    expect(await memory.refusing('ann', ['bob'])).toEqual(['bob']);
    expect(asked).toHaveLength(2);
    blocking.clear();
    await time.advance(1_499);
    expect(await memory.refusing('ann', ['bob'])).toEqual(['bob']);
    expect(asked).toHaveLength(2);
  });

  it('lets nobody but who needs an answer hear of a fault, and never serves an answer for longer', async () => {
    const { time, blocking, failing, memory } = aMemory();
    await memory.refusing('ann', ['bob']);
    await time.advance(1_500);
    blocking.add('bob ann');
    failing.add('ann');
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    await time.advance(499);
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    await time.advance(1);
    await expect(memory.refusing('ann', ['bob'])).rejects.toThrow('out of reach');
    failing.clear();
    expect(await memory.refusing('ann', ['bob'])).toEqual(['bob']);
  });

  it('keeps the two directions and several owners apart, and asks only for what it does not know', async () => {
    const { blocking, asked, memory } = aMemory();
    blocking.add('bob ann');
    expect(await memory.refusing('ann', ['bob'])).toEqual(['bob']);
    expect(await memory.refusing('bob', ['ann'])).toEqual([]);
    expect(await memory.refusing('ann', ['cat', 'bob'])).toEqual(['bob']);
    expect(asked).toEqual([
      ['ann', 'bob'],
      ['bob', 'ann'],
      ['ann', 'cat'],
    ]);
  });

  it('goes by a clock that nobody sets', async () => {
    const { time, asked, memory } = aMemory();
    await memory.refusing('ann', ['bob']);
    time.jump(-60_000);
    await time.advance(2_000);
    await memory.refusing('ann', ['bob']);
    expect(asked).toHaveLength(2);
  });
});
