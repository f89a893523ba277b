import { describe, expect, it } from 'vitest';
import { SystemTurn } from './system-turn.ts';

describe('the next turn', () => {
  it('comes after everything that was ready in this one', async () => {
    const order: string[] = [];
    const turn = new SystemTurn().next().then(() => order.push('turn'));
    process.nextTick(() => order.push('tick'));
    let chain = Promise.resolve();
    for (let step = 0; step < 50; step += 1) chain = chain.then(() => void order.push('promise'));
    await turn;
    expect(order).toHaveLength(52);
    expect(order.at(-1)).toBe('turn');
  });

  it('has an end of what it set off before: promises, and the ticks that they ask for', async () => {
    const order: string[] = [];
    const turns = new SystemTurn();
    setImmediate(() => order.push('turn'));
    const written = turns.written().then(() => order.push('written'));
    let chain = Promise.resolve();
    for (let step = 0; step < 50; step += 1) chain = chain.then(() => void order.push('promise'));
    void chain.then(() => process.nextTick(() => order.push('tick')));
    await written;
    expect(order.slice(49)).toEqual(['promise', 'tick', 'written']);
  });

  it('comes without a timer', async () => {
    const alive = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = alive();
    const next = new SystemTurn().next();
    expect(alive()).toBe(before);
    await next;
  });
});
