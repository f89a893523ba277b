import { describe, expect, it } from 'vitest';
import { guaranteeFindings, judgedBy, namedByTest } from './guarantees.ts';
import { brokenLinks, linkedPaths, namedPaths } from './links.ts';

const numbers = Array.from({ length: 19 }, (_, index) => index + 1);
const sectionOf = (number: number): string =>
  `## G${number} kept\n\nHeld by [it](../packages/one/g${number}.test.ts).\n`;

const page = (section: (number: number) => string = sectionOf) => ({
  path: 'docs/guarantees.md',
  text: `# Promises\n\n${numbers.map(section).join('\n')}\n# More\n\n[it](../packages/two)\n`,
});
/** As a test would be called; written so that this file names no promise. */
const titled = (...names: readonly string[]): string => `it('does so (${names.join(', ')})')`;
const instead = (number: number, text: string) =>
  page((at) => (at === number ? text : sectionOf(at)));

describe('the page of promises', () => {
  it('is whole when each links what names it, itself or by its folder', () => {
    const linked = namedByTest({ path: 'packages/one/g4.test.ts', text: titled('G4') });
    const within = judgedBy({ path: 'packages/one/g5.test.ts/a/b.ts', text: "promise: 'G5'," });
    expect(guaranteeFindings(page(), [linked, within])).toEqual([]);
  });

  it('lacks a promise that has no section', () => {
    expect(guaranteeFindings(instead(7, ''), [])).toEqual([
      'docs/guarantees.md: G7 has no section',
    ]);
  });

  it('lacks what links no check, unless it says that nothing is built', () => {
    expect(guaranteeFindings(instead(14, '## G14 woken\n\n[why](adr/0001.md)\n'), [])).toEqual([
      'docs/guarantees.md: G14 links no check, and does not say "**Not built yet.**"',
    ]);
    expect(guaranteeFindings(instead(14, '## G14 woken\n\n**Not built yet.**\n'), [])).toEqual([]);
  });

  it('lacks a test or a checker that names a promise and is linked by others only', () => {
    const test = namedByTest({ path: 'packages/one/g1.test.ts', text: titled('G1', 'G2') });
    const checker = judgedBy({ path: 'packages/two/judge.ts', text: "promise: 'G19'," });
    expect(guaranteeFindings(page(), [test, checker])).toEqual([
      'docs/guarantees.md: G2 does not link packages/one/g1.test.ts, which names it',
      'docs/guarantees.md: G19 does not link packages/two/judge.ts, which names it',
    ]);
  });

  it('knows of no promise beyond the last', () => {
    const test = namedByTest({ path: 'packages/one/g1.test.ts', text: titled('G20') });
    expect(guaranteeFindings(page(), [test])).toEqual([
      'packages/one/g1.test.ts: there is no promise G20',
    ]);
  });
});

describe('a document', () => {
  const broken = (text: string): readonly string[] =>
    brokenLinks(
      { path: 'docs/page.md', text },
      [linkedPaths, namedPaths(new Set(['domain']))],
      (path) => path === 'docs/there.md' || path === 'packages/domain/src',
    );

  it('may link what is there, places in it, and other sites', () => {
    expect(broken('[a](there.md) [b](there.md#part) [c](#part) [d](https://x.example)')).toEqual(
      [],
    );
    expect(broken('`domain/src`, `packages/domain/src/`, `edge/limits`, `.sealpost/data`')).toEqual(
      [],
    );
  });

  it('may show in a block what is not there', () => {
    expect(broken('```markdown\n[a](gone.md)\n```\n')).toEqual([]);
  });

  it('may not link or name what is not there', () => {
    expect(broken('[a](gone.md) [b](../gone.ts) `domain/gone.ts` `packages/domain/*.ts`')).toEqual([
      'docs/page.md: names docs/gone.md, which does not exist',
      'docs/page.md: names gone.ts, which does not exist',
      'docs/page.md: names packages/domain/gone.ts, which does not exist',
      'docs/page.md: names packages/domain/*.ts, which does not exist',
    ]);
  });
});
