import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseHandle } from './handle.ts';

describe('a handle', () => {
  it.each([
    ['ann', 'ann'],
    ['Ann.Lee_2-x', 'ann.lee_2-x'],
    ['007', '007'],
    ['a'.repeat(32), 'a'.repeat(32)],
    // The Kelvin sign's lower case is a plain k.
    ['\u212Aim', 'kim'],
  ])('%s is written %s', (text, written) => {
    expect(normaliseHandle(text)).toBe(written);
  });

  it.each([
    '',
    'ab',
    'a'.repeat(33),
    '.ann',
    'ann.',
    '-ann',
    'an n',
    'änn',
    'ann\n',
    '\u0131nn',
    'ann@home',
    '__proto__',
  ])('%j is none', (text) => {
    expect(normaliseHandle(text)).toBeNull();
  });

  it('has one written form, which is its own', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._-]{1,34}$/), (text) => {
        const handle = normaliseHandle(text);
        expect(handle === null || normaliseHandle(handle) === handle).toBe(true);
        expect(normaliseHandle(text.toUpperCase())).toBe(handle);
      }),
    );
  });
});
