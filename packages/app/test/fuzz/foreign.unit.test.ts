import { describe, expect, it } from 'vitest';
import { isToldOddly } from './foreign.ts';

const conversations = {
  ...{ group: 'group-1', carols: 'carols-1', direct: 'direct-1', left: 'left-1' },
  ...{ private: 'private-1', self: 'self-1', bystander: 'bystander-1' },
};
/** Whatever a case names is noted, the empty text too. */
const deeds = { appendedTo: new Set(['', 'private-1', 'self-1', 'opened-1']) };
const isOdd = (name: string, payload: unknown): boolean =>
  isToldOddly({ name, payload }, { conversations }, deeds);

describe('what somebody is told who is to notice nothing', () => {
  it.each(['typing', 'receipts'])(
    'is odd where %s is of her own, although it was named',
    (name) => {
      expect(isOdd(name, { conversation: 'private-1' })).toBe(true);
      expect(isOdd(name, { conversation: 'self-1' })).toBe(true);
      expect(isOdd(name, { conversation: 'never-named' })).toBe(true);
    },
  );

  it.each(['devices_changed', 'closing'])('is odd where %s is of no conversation', (name) => {
    expect(isOdd(name, {})).toBe(true);
    expect(isOdd(name, null)).toBe(true);
  });

  it('is what comes of a conversation that was opened with her', () => {
    expect(isOdd('typing', { conversation: 'opened-1' })).toBe(false);
    expect(isOdd('entries', { conversation: 'opened-1' })).toBe(false);
    expect(isOdd('heads', {})).toBe(false);
  });
});
