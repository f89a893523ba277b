import { describe, expect, it } from 'vitest';
import { Recent } from './recent.ts';

describe('recently used entries', () => {
  it('are as many as the limit, and the one used longest ago makes room', () => {
    const recent = new Recent<string, number>(2);
    recent.set('one', 1);
    recent.set('two', 2);
    expect(recent.get('one')).toBe(1);
    recent.set('three', 3);
    expect([recent.get('one'), recent.get('two'), recent.get('three')]).toEqual([1, undefined, 3]);
    expect(recent.size).toBe(2);
  });

  it('drop nothing when an entry is set again', () => {
    const recent = new Recent<string, number>(2);
    recent.set('one', 1);
    recent.set('two', 2);
    recent.set('two', 3);
    expect([recent.get('one'), recent.get('two')]).toEqual([1, 3]);
    recent.delete('one');
    expect(recent.get('one')).toBeUndefined();
    recent.clear();
    expect(recent.size).toBe(0);
  });
});
