import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { deletionsIn } from '../deletion.ts';
import { unmissed, whyUnmissed } from './index.ts';
import { whys } from './unmissed.ts';

const source = fileURLToPath(new URL('../../../../../domain/src/', import.meta.url));

/** By what the lines of a file go. */
const namesIn = (file: string): ReadonlySet<string> => {
  const path = `${source}${file}`;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return new Set(deletionsIn(file, text).map(({ name }) => name));
};

it.each(Object.entries(unmissed))('names lines that there are, each once: %s', (file, known) => {
  const named = Object.values(known).flat();
  const there = namesIn(file);
  expect(named.filter((name) => !there.has(name))).toEqual([]);
  expect(new Set(named).size).toBe(named.length);
});

it('says why, and only of what is named', () => {
  const file = 'keys/claim-bundles.ts';
  const counted = unmissed[file]?.counts?.[0] ?? '';
  expect(whyUnmissed(file, counted)).toBe(whys.counts);
  expect(whyUnmissed(file, 'const bundles = 1;')).toBeNull();
  expect(whyUnmissed('keys/none.ts', counted)).toBeNull();
});
