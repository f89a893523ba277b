import { describe, expect, it } from 'vitest';
import { didYouMean, suggest } from './suggest.ts';

describe('suggest', () => {
  it.each([
    ['serv', 'serve'],
    ['limits.mesageBytes', 'limits.messageBytes'],
    ['something else entirely', null],
    ['', null],
  ])('for %j suggests %j', (word, meant) => {
    expect(suggest(word, ['serve', 'limits.messageBytes'])).toBe(meant);
  });

  it('asks only when there is something to suggest', () => {
    expect(didYouMean('serv', ['serve'])).toBe(' Did you mean serve?');
    expect(didYouMean('serv', [])).toBe('');
  });
});
