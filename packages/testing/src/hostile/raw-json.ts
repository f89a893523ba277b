import { Odd } from './odd.ts';

const joined = (open: string, pieces: readonly Uint8Array[], close: string): Buffer =>
  Buffer.concat([
    Buffer.from(open),
    ...pieces.flatMap((piece, at) => (at === 0 ? [piece] : [Buffer.from(','), piece])),
    Buffer.from(close),
  ]);

/** A map of any fields, also of one name twice. */
export const jsonMap = (fields: readonly (readonly [string, unknown])[]): Buffer =>
  joined(
    '{',
    fields.map(([key, value]) =>
      Buffer.concat([Buffer.from(`${JSON.stringify(key)}:`), rawJson(value)]),
    ),
    '}',
  );

/** JSON of anything; bytes are base64url text, and numbers that JSON has no form for are written as JavaScript writes them. */
export function rawJson(value: unknown): Buffer {
  if (value instanceof Odd) return Buffer.from(value.json());
  if (value instanceof Uint8Array)
    return Buffer.from(`"${Buffer.from(value).toString('base64url')}"`);
  if (typeof value === 'number') return Buffer.from(Object.is(value, -0) ? '-0' : String(value));
  if (typeof value === 'string' || typeof value === 'boolean')
    return Buffer.from(JSON.stringify(value));
  if (Array.isArray(value)) return joined('[', value.map(rawJson), ']');
  if (typeof value === 'object' && value !== null)
    return jsonMap(Object.entries(value).filter(([, member]) => member !== undefined));
  return Buffer.from('null');
}
