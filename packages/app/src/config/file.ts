import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { isObjectKey } from './catalogue.ts';
import { flatten, type Given } from './given.ts';

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ConfigError([
      { key: file, source: null, problem: `the configuration file cannot be read (${why}).` },
    ]);
  }
}

/** The values of a YAML file. Its text may hold secrets, so complaints name a line and quote nothing. */
export function fromFile(file: string): Given[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(textOf(file), { lineCounter, prettyErrors: false });
  const issues = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    key: file,
    source: null,
    problem: `not YAML in line ${lineCounter.linePos(pos[0]).line} (${code}).`,
  }));
  if (issues.length > 0) throw new ConfigError(issues);
  const values: unknown = document.toJS();
  if (values === null) return [];
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new ConfigError([
      { key: file, source: null, problem: 'is not a list of keys with values.' },
    ]);
  }
  return flatten(values, { kind: 'file', name: file }, isObjectKey);
}
