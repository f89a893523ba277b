import type { Entry } from './entry.ts';

/** Whether two values are the same however their fields are ordered, which stores do not keep. */
export function isAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) return areSameBytes(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [definedIn(a), definedIn(b)];
  return (
    one.size === other.size &&
    [...one].every(([name, value]) => other.has(name) && isAlike(value, other.get(name)))
  );
}

function areSameBytes(a: object, b: object): boolean {
  return (
    a instanceof Uint8Array &&
    b instanceof Uint8Array &&
    a.length === b.length &&
    a.every((byte, index) => byte === b[index])
  );
}

const definedIn = (value: object): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(value).filter(([, field]) => field !== undefined));

/** Whether two entries are the same, but that the parts for joiners of either may have been dropped. */
export const isSameButForJoiners = (a: Entry, b: Entry): boolean =>
  isAlike(withoutJoiners(a), withoutJoiners(b));

const withoutJoiners = ({ parts, ...rest }: Entry): Entry => ({
  ...rest,
  parts: parts.filter(({ audience }) => audience !== 'joiners'),
});

export const hasJoinerParts = ({ parts }: Entry): boolean =>
  parts.some(({ audience }) => audience === 'joiners');
