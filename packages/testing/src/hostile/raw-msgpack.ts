import { Odd } from './odd.ts';

const of = (...bytes: number[]): Buffer => Buffer.from(bytes);

function sized(
  length: number,
  { short, marks }: { short: number; marks: readonly [number, number, number] },
) {
  const [one, two, four] = marks;
  if (short > 0 && length < short) return null;
  if (one > 0 && length < 0x100) return of(one, length);
  if (length < 0x10000) return of(two, length >> 8, length & 0xff);
  const head = of(four, 0, 0, 0, 0);
  head.writeUInt32BE(length, 1);
  return head;
}

/** Text that need not be UTF-8. */
export function msgpackText(bytes: Uint8Array): Buffer {
  const head = sized(bytes.length, { short: 32, marks: [0xd9, 0xda, 0xdb] });
  return Buffer.concat([head ?? of(0xa0 | bytes.length), bytes]);
}

const binary = (bytes: Uint8Array): Buffer =>
  Buffer.concat([
    sized(bytes.length, { short: 0, marks: [0xc4, 0xc5, 0xc6] }) ?? of(0xc4, 0),
    bytes,
  ]);

export const msgpackList = (length: number): Buffer =>
  sized(length, { short: 16, marks: [0, 0xdc, 0xdd] }) ?? of(0x90 | length);

/** A map of any fields, also of one name twice. */
export const msgpackMap = (fields: readonly (readonly [string, unknown])[]): Buffer =>
  Buffer.concat([
    sized(fields.length, { short: 16, marks: [0, 0xde, 0xdf] }) ?? of(0x80 | fields.length),
    ...fields.flatMap(([key, value]) => [msgpackText(Buffer.from(key)), rawMsgpack(value)]),
  ]);

export function msgpackDouble(value: number): Buffer {
  const bytes = of(0xcb, 0, 0, 0, 0, 0, 0, 0, 0);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function number(value: number): Buffer {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return msgpackDouble(value);
  if (value >= 0 && value < 0x80) return of(value);
  const bytes = of(0xd3, 0, 0, 0, 0, 0, 0, 0, 0);
  bytes.writeBigInt64BE(BigInt(value), 1);
  return bytes;
}

/** MessagePack of anything, also of what the protocol's own encoder refuses. */
export function rawMsgpack(value: unknown): Buffer {
  if (value instanceof Odd) return Buffer.from(value.msgpack());
  if (value === null || value === undefined) return of(0xc0);
  if (typeof value === 'boolean') return of(value ? 0xc3 : 0xc2);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return msgpackText(Buffer.from(value));
  if (value instanceof Uint8Array) return binary(value);
  if (Array.isArray(value))
    return Buffer.concat([msgpackList(value.length), ...value.map(rawMsgpack)]);
  if (typeof value === 'object')
    return msgpackMap(Object.entries(value).filter(([, member]) => member !== undefined));
  return of(0xc1);
}
