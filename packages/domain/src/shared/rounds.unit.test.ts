import { turn } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { Rounds } from './rounds.ts';

/** Rounds whose work and pauses end when the test lets them. */
function held() {
  const rounds: (readonly string[])[] = [];
  const works: PromiseWithResolvers<readonly PromiseSettledResult<unknown>[]>[] = [];
  const pauses: (() => void)[] = [];
  const gathered = new Rounds<string>({
    work: (items) => {
      rounds.push(items);
      const work = Promise.withResolvers<readonly PromiseSettledResult<unknown>[]>();
      works.push(work);
      return work.promise;
    },
    pause: () => new Promise((resolve) => pauses.push(resolve)),
  });
  const end = (...outcomes: PromiseSettledResult<unknown>[]) => {
    works.shift()?.resolve(outcomes);
    return turn();
  };
  const go = () => (pauses.shift()?.(), turn());
  return { rounds, works, gathered, end, go };
}

const done: PromiseSettledResult<unknown> = { status: 'fulfilled', value: null };

describe('rounds', () => {
  it('begin at once when nothing is under way', () => {
    const { rounds, gathered } = held();
    void gathered.submit('a');
    expect(rounds).toEqual([['a']]);
  });

  it('take together what comes during one and the pause after it', async () => {
    const { rounds, gathered, end, go } = held();
    void gathered.submit('a');
    void gathered.submit('b');
    await end(done);
    void gathered.submit('c');
    await turn();
    expect(rounds).toEqual([['a']]);
    await go();
    expect(rounds).toEqual([['a'], ['b', 'c']]);
    await end(done, done);
    await go();
    void gathered.submit('d');
    expect(rounds).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('are not held up by pauses while more waits than one of them takes', async () => {
    const { rounds, gathered, end, go } = held();
    const most = 500;
    void gathered.submit('a');
    for (let i = 0; i < most + 1; i++) void gathered.submit(`${i}`);
    await end(done);
    expect(rounds.map(({ length }) => length)).toEqual([1, most]);
    await end(...rounds[1]!.map(() => done));
    expect(rounds).toHaveLength(2);
    await go();
    expect(rounds.map(({ length }) => length)).toEqual([1, most, 1]);
  });

  it('answer when the work is done, not before and without waiting for the pause', async () => {
    const { gathered, end } = held();
    let answered = false;
    const submitted = gathered.submit('a').then(() => (answered = true));
    await turn();
    expect(answered).toBe(false);
    await end(done);
    await submitted;
  });

  it('tell of a fault those whose it is: one alone, or all of the round', async () => {
    const { works, gathered, end, go } = held();
    const first = gathered.submit('a');
    const outcomes = Promise.allSettled([gathered.submit('b'), gathered.submit('c')]);
    await end(done);
    await first;
    await go();
    await end(done, { status: 'rejected', reason: 'c’s own' });
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: 'c’s own' },
    ]);
    await go();
    const all = Promise.allSettled([gathered.submit('d')]);
    works.shift()?.reject('everybody’s');
    expect(await all).toEqual([{ status: 'rejected', reason: 'everybody’s' }]);
    await turn();
    await go();
    const next = gathered.submit('e');
    await end(done);
    await next;
  });
});
