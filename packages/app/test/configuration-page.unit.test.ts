import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileSchema } from '../src/config/reference/file-schema.ts';
import { referencePage } from '../src/config/reference/reference-page.ts';

const committed = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it('docs/configuration.md is what `sealpost config reference` prints', () => {
  expect(committed('configuration.md')).toBe(referencePage());
});

it('docs/configuration.schema.json is what `sealpost config reference --json-schema` prints', () => {
  expect(committed('configuration.schema.json')).toBe(`${JSON.stringify(fileSchema(), null, 2)}\n`);
});
