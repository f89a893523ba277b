import { inflations } from './inflate.ts';
import type { Reading } from './reading.ts';

/** Text without control characters, one character a byte. */
const printable = /[ -~\u0080-\u00ff]{8,}/g;
const percent = /%([0-9a-fA-F]{2})/g;
const escapes = /(?:\\u[0-9a-fA-F]{4})+|\\x[0-9a-fA-F]{2}|\\["'\\/bfnrt]/g;
const hexPairs = /(?:[0-9a-fA-F]{2}[ :-]?){8,}/g;
const base64 = /[A-Za-z0-9+/_-](?:\r?\n?[A-Za-z0-9+/_-]){14,}/g;
/** Numbers as programs print bytes: `[1, 2]`, `1 2`, `{"0":1,"1":2}`. */
const byteLists = listsOf('(?:"\\d{1,9}"\\s*:\\s*)?\\d{1,3}', '(?:\\s*,\\s*|\\s+)');

function listsOf(item: string, between: string): RegExp {
  return new RegExp(`${item}(?:${between}${item}){7,}`, 'g');
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Every way in which the bytes can be read as an encoding of others. */
export function* readings(read: Pick<Reading, 'bytes' | 'isWhole'>): Generator<Reading> {
  const { buffer, byteOffset, byteLength } = read.bytes;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  for (const [run] of text.matchAll(printable)) yield* escaped(run);
  for (const [run] of text.matchAll(hexPairs))
    yield whole('hex', Buffer.from(run.replaceAll(/[ :-]/g, ''), 'hex'));
  for (const [run] of text.matchAll(base64)) yield* decoded(run.replaceAll(/[\r\n]/g, ''));
  for (const [run] of text.matchAll(byteLists)) yield whole('byte list', listed(run));
  yield* inflations(read);
}

const whole = (name: string, bytes: Uint8Array): Reading => ({ name, bytes, isWhole: true });
/** Escapes are for text, which is not compressed. */
const part = (name: string, bytes: Uint8Array): Reading => ({ name, bytes, isWhole: false });

function* escaped(run: string): Generator<Reading> {
  if (run.includes('%')) {
    yield part('percent', latin1(unpercented(run)));
    if (run.includes('+')) yield part('form', latin1(unpercented(run.replaceAll('+', ' '))));
  }
  if (run.includes('\\')) yield part('JSON', latin1(run.replaceAll(escapes, unescaped)));
}

/** What comes before may look like a part of it: so from each of the four places where it may begin. */
function* decoded(run: string): Generator<Reading> {
  for (let from = 0; from < 4; from += 1)
    yield { name: 'base64', bytes: Buffer.from(run.slice(from), 'base64'), isWhole: from === 0 };
}

const unpercented = (run: string): string =>
  run.replaceAll(percent, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const controls: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Of one escape, or of all in a row that name UTF-16 units: a character can take two of them. */
function unescaped(escape: string): string {
  const kind = escape.charAt(1);
  if (kind === 'x') return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
  if (kind !== 'u') return controls[kind] ?? kind;
  const units = escape.split('\\u').slice(1);
  const text = units.map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join('');
  return Buffer.from(text).toString('latin1');
}

const listed = (run: string): Uint8Array =>
  Uint8Array.from(
    run
      .replaceAll(/"\d+"\s*:/g, '')
      .trim()
      .split(/[\s,]+/),
    Number,
  );
