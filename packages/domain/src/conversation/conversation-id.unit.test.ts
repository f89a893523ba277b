import { anyText, testDigest } from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directId, isReserved, selfId } from './conversation-id.ts';

describe('derived ids', () => {
  it('are the same whoever derives them, and no group may have them', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(directId(testDigest, a, b)).toBe(directId(testDigest, b, a));
        expect(isReserved(directId(testDigest, a, b))).toBe(true);
        expect(isReserved(selfId(testDigest, a))).toBe(true);
      }),
    );
  });

  it('differ for different accounts, however their names are divided', () => {
    expect(directId(testDigest, 'ab', 'c')).not.toBe(directId(testDigest, 'a', 'bc'));
    expect(selfId(testDigest, 'a')).not.toBe(selfId(testDigest, 'b'));
    expect(selfId(testDigest, 'a')).not.toBe(directId(testDigest, 'a', 'a'));
  });

  it('stay what they are: a deployment that derives others loses every direct conversation', () => {
    expect(directId(testDigest, 'ann', 'bob')).toMatchInlineSnapshot(
      `"direct-363ea2245e639b6f1701f539a47e4e3c"`,
    );
    expect(selfId(testDigest, 'ann')).toMatchInlineSnapshot(
      `"self-dd862b86bb17787d02afaeb06b971218"`,
    );
  });

  it('leave every other id to groups', () => {
    for (const id of ['0123456789abcdef0123456789abcdef', 'direct', 'xdirect-1', 'Self-1'])
      expect(isReserved(id)).toBe(false);
  });
});
