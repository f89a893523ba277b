import { type Planted, planted } from './planted.ts';

const PROPERTY = 'lint no-restricted-properties';

// The promise comes from another package, so that only a file with its TypeScript project can be judged.
const forgotten =
  "import { work } from '@sealpost/protocol';\nexport function start(): void {\n  work();\n}";

const test = (name: string, body: string, ...reports: readonly string[]): Planted =>
  planted(
    `packages/app/src/${name}.unit.test.ts`,
    `import { describe, expect, it } from 'vitest';\n${body}\nexport const kept = { describe, expect };`,
    ...reports,
  );

const passes = (call: string): string =>
  `describe('one', () => {\n  ${call}('holds', () => {\n    expect(1).toBe(1);\n  });\n});`;

/** Slips that the linter must see, in product code and in tests, where types count as well. */
export const plantedSlips: readonly Planted[] = [
  planted('packages/protocol/src/index.ts', 'export async function work(): Promise<void> {}'),
  planted('packages/app/src/forgotten.ts', forgotten, 'lint typescript/no-floating-promises'),
  planted(
    'packages/app/src/forgotten.unit.test.ts',
    forgotten,
    'lint typescript/no-floating-promises',
  ),
  planted(
    'packages/adapters/express/test/forgotten.int.test.ts',
    forgotten,
    'lint typescript/no-floating-promises',
  ),
  planted(
    'packages/app/src/anything.ts',
    'export const kept = (given: any): unknown => given;',
    'lint typescript/no-explicit-any',
  ),
  planted(
    'packages/app/src/unchecked.ts',
    "export const kept: string = JSON.parse('1');",
    'lint typescript/no-unsafe-assignment',
  ),
  planted(
    'packages/app/src/long.ts',
    Array.from({ length: 401 }, (_, line) => `export const kept${line} = ${line};`).join('\n'),
    'lint max-lines',
  ),
  planted(
    'packages/app/src/long-function.ts',
    `export function kept(): number {\n${'  void 0;\n'.repeat(60)}  return 1;\n}`,
    'lint max-lines-per-function',
  ),
  planted(
    'packages/app/src/later.ts',
    '// TODO finish\nexport const kept = 1;',
    'lint no-warning-comments',
  ),
  planted(
    'packages/app/src/swallowed.ts',
    'export function kept(act: () => void): void {\n  try {\n    act();\n  } catch {}\n}',
    'lint no-empty',
  ),
  planted(
    'packages/app/src/printed.ts',
    "export function kept(): void {\n  console.log('kept');\n}",
    'lint no-console',
  ),
  test('holds', passes('it')),
  test('only', passes('it.only'), 'lint vitest/no-focused-tests'),
  test('skip', passes('it.skip'), 'lint vitest/no-disabled-tests'),
  test('skip-if', passes('it.skipIf(true)'), PROPERTY),
  test('todo', "it.todo('holds');", 'lint vitest/warn-todo'),
];
