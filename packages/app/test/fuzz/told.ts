import { Named, Odd } from '@sealpost/testing/hostile';

const longest = 120;

function bytes(of: Uint8Array): string {
  const [first = 0] = of;
  return of.every((byte) => byte === first)
    ? `${of.length} bytes of ${first}`
    : `bytes ${Buffer.from(of).toString('hex').slice(0, longest)}`;
}

/** A value of a case for people to read; what is usual is left out. */
export function told(value: unknown): string {
  if (value instanceof Uint8Array) return bytes(value);
  if (value instanceof Named) return `‹${value.name}›`;
  if (typeof value === 'string')
    return value.length > longest
      ? `text of ${value.length}: ${JSON.stringify(value.slice(0, 20))}…`
      : JSON.stringify(value);
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return value.length > 8 && value.every((one) => one === first)
      ? `${value.length} times ${told(first)}`
      : `[${value.map(told).join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Odd) return value.toString();
  const usual = (member: unknown): boolean =>
    member === undefined ||
    member === '' ||
    (Array.isArray(member) && member.length === 0) ||
    (typeof member === 'object' &&
      member !== null &&
      Object.keys(member).length === 0 &&
      !(member instanceof Named));
  return `{${Object.entries(value)
    .filter(([, member]) => !usual(member))
    .map(([key, member]) => `${key}: ${told(member)}`)
    .join(', ')}}`;
}
