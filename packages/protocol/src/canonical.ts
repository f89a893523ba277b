/** A string is taken as UTF-8, a number as 8 bytes big-endian, bytes as they are. */
export type CanonicalField = string | number | Uint8Array;

/**
 * The bytes of `label` and `fields` for signing and hashing: the label in ASCII, then for each field its length as 4
 * bytes big-endian and its bytes. Different fields, or the same bytes divided differently, never give the same result.
 *
 * - Null when a field has no such form: a string with a lone surrogate (its UTF-8 would be that of another string), a
 *   number that is no safe integer or is negative, 16 MiB or more of bytes.
 * - No label is followed by a printable character, so no label can be taken for the beginning of a longer one.
 */
export function canonicalBytes(
  label: string,
  fields: readonly CanonicalField[],
): Uint8Array | null {
  const encoded = fields.map(encodeField);
  const parts: Uint8Array[] = [utf8.encode(label)];
  for (const field of encoded) {
    if (field === null || field.length > LONGEST_FIELD) return null;
    parts.push(bigEndian(field.length, 4), field);
  }
  return concat(parts);
}

const LONGEST_FIELD = 0xff_ffff;
const utf8 = new TextEncoder();

function encodeField(field: CanonicalField): Uint8Array | null {
  if (typeof field === 'string') return field.isWellFormed() ? utf8.encode(field) : null;
  if (typeof field !== 'number') return field;
  return Number.isSafeInteger(field) && field >= 0 ? bigEndian(field, 8) : null;
}

function bigEndian(value: number, lengthBytes: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes.slice(8 - lengthBytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
