import { expect, it } from 'vitest';
import { deletionsIn, withoutLines } from './deletion.ts';

const text = [
  "import { a } from './a.ts';",
  '',
  '/** Why. */',
  'export function f(x: number): number {',
  '  // Because.',
  '  if (x > 1) {',
  '    a(x);',
  '  }',
  '  return [',
  '    x,',
  '    2,',
  '  ].length;',
  '}',
].join('\n');

it('takes out a line, with what is below it where it would not be a program without', () => {
  const found = deletionsIn('f.ts', text).map(({ from, to }) => [from, to]);
  expect(found).toEqual([
    [4, 13],
    [6, 8],
    [7, 7],
    [9, 12],
    [10, 10],
    [11, 11],
  ]);
});

it('names what it takes out', () => {
  expect(deletionsIn('f.ts', 'a();\nif (b) {\n  a();\n  c();\n}').map(({ name }) => name)).toEqual([
    'a();',
    'if (b) { and 3 more',
    'a(); (2)',
    'c();',
  ]);
});

it('leaves all other lines as they are', () => {
  expect(withoutLines('a\nb\nc\nd', 2, 3)).toBe('a\nd');
});
