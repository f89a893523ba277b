import { TestTime } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { RememberedRefusing } from './remembered-refusing.ts';

function aMemory() {
  const time = new TestTime();
  const blocking = new Set<string>();
  const asked: string[][] = [];
  const store = {
    refusing: (account: string, owners: readonly string[]) => {
      asked.push([account, ...owners]);
      return Promise.resolve(owners.filter((owner) => blocking.has(`${owner} ${account}`)));
    },
  };
  return { time, blocking, asked, memory: new RememberedRefusing(store, time) };
}

describe('remembered refusing', () => {
  it('asks the store once in two seconds for each pair, and sees a block and its end after that', async () => {
    const { time, blocking, asked, memory } = aMemory();
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    blocking.add('bob ann');
    await time.advance(1_999);
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    expect(asked).toHaveLength(1);
    await time.advance(1);
    expect(await memory.refusing('ann', ['bob'])).toEqual(['bob']);
    blocking.clear();
    await time.advance(2_000);
    expect(await memory.refusing('ann', ['bob'])).toEqual([]);
    expect(asked).toHaveLength(3);
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
