import { describe, expect, it } from 'vitest';
import { SystemRandom } from './system-random.ts';

describe('the system randomness', () => {
  const random = new SystemRandom();

  it('gives as many bytes as asked for, as plain bytes', () => {
    for (const length of [0, 1, 16, 32, 100_000]) {
      const bytes = random.bytes(length);
      expect(bytes).toHaveLength(length);
      expect(bytes.constructor).toBe(Uint8Array);
    }
  });

  it('gives other bytes each time, of all values', () => {
    const bytes = random.bytes(100_000);
    expect(new Set(bytes).size).toBe(256);
    expect(random.bytes(32)).not.toEqual(random.bytes(32));
  });

  it('gives ids of 32 lower-case hex digits that do not repeat', () => {
    const ids = Array.from({ length: 1000 }, () => random.id());
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(1000);
  });
});
