import fc from 'fast-check';
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

  it('are never more than the limit, and the half of it that was used last is always there', () => {
    const use = fc.record({ key: fc.nat(30), how: fc.constantFrom('get', 'set', 'delete') });
    fc.assert(
      fc.property(fc.constantFrom(2, 4, 10), fc.array(use, { maxLength: 80 }), (limit, uses) => {
        const recent = new Recent<number, number>(limit);
        let used: number[] = [];
        let value = 0;
        const values = new Map<number, number>();
        for (const { key, how } of uses) {
          const newest = values.get(key);
          const found = how === 'get' ? recent.get(key) : newest;
          const isKept = used.slice(0, limit / 2).includes(key);
          expect(isKept ? [newest] : [newest, undefined]).toContain(found);
          if (how === 'get' && found === undefined) continue;
          used = used.filter((other) => other !== key);
          if (how === 'delete') {
            recent.delete(key);
            values.delete(key);
            continue;
          }
          if (how === 'set') {
            value += 1;
            recent.set(key, value);
            values.set(key, value);
          }
          used.unshift(key);
          expect(recent.size).toBeLessThanOrEqual(limit);
        }
      }),
    );
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
