import { stripTypeScriptTypes } from 'node:module';

/** Whole lines that are taken out of a file. */
export interface Deletion {
  /** From the folder of the domain's source on. */
  readonly file: string;
  /** The first and the last of them, counted from 1. */
  readonly from: number;
  readonly to: number;
  /** What it goes by, wherever in its file it stands: the first line, how many more, and which of several alike. */
  readonly name: string;
}

/** A text without lines, counted from 1. */
export function withoutLines(text: string, from: number, to: number): string {
  const lines = text.split('\n');
  return [...lines.slice(0, from - 1), ...lines.slice(to)].join('\n');
}

/**
 * Every way to take a line out of a file so that what remains is still a program, and another one: the line alone, with
 * what is indented below it, and with what closes that.
 */
export function deletionsIn(file: string, text: string): readonly Deletion[] {
  const lines = text.split('\n');
  const found = new Map<string, Deletion>();
  const alike = new Map<string, number>();
  const whole = programOf(text);
  for (const [at, line] of lines.entries()) {
    if (!isCode(line)) continue;
    for (const last of endsOf(lines, at)) {
      const [from, to] = [at + 1, last + 1];
      const rest = programOf(withoutLines(text, from, to));
      if (rest === null || rest === whole || found.has(rest)) continue;
      found.set(rest, { file, from, to, name: nameOf(line, to - from, alike) });
    }
  }
  return [...found.values()];
}

function nameOf(line: string, more: number, alike: Map<string, number>): string {
  const name = more === 0 ? line.trim() : `${line.trim()} and ${more} more`;
  const count = (alike.get(name) ?? 0) + 1;
  alike.set(name, count);
  return count === 1 ? name : `${name} (${count})`;
}

const isCode = (line: string): boolean =>
  !/^\s*($|\*|\/\*|\/\/|import |export (type|interface) )/.test(line);

function endsOf(lines: readonly string[], at: number): readonly number[] {
  const indent = indentOf(lines[at] ?? '');
  const next = lines.findIndex((line, of) => of > at && line !== '' && indentOf(line) <= indent);
  if (next === -1) return [at];
  const closing = lines[next] ?? '';
  const isClosed = indentOf(closing) === indent && /^\s*[)\]}]/.test(closing);
  return isClosed ? [at, next - 1, next] : [at, next - 1];
}

const indentOf = (line: string): number => line.search(/\S|$/);

/** What runs of a text, however it is laid out; null: it is no program. */
function programOf(text: string): string | null {
  try {
    return stripTypeScriptTypes(text).replace(/\s+/g, ' ');
  } catch {
    return null;
  }
}
