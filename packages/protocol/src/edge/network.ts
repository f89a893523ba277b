const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');

/** How many groups of 16 bits these are; an embedded IPv4 address is written as one and counts as two. */
const widthOf = (written: readonly string[]): number =>
  written.length + (written.at(-1)?.includes('.') ? 1 : 0);

/** A piece of a header keeps all of it alive, for as long as it is a key; this is a text of its own. */
const ownText = (piece: string): string => piece.split('').join('');

/** Whoever has an IPv6 address has at least 2^64 of them, so they count as one; an IPv4 address counts by itself. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return ownText(mapped ?? address);
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - widthOf(last)) }, () => '0');
  const network = [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/**
 * Where a request comes from, when so many proxies before the server are believed: each adds to `x-forwarded-for` the
 * address that it was asked from.
 */
export function addressBehind(
  trustedProxies: number,
  remote: string,
  forwarded: string | undefined,
): string {
  const told = trustedProxies === 0 ? [] : (forwarded ?? '').split(',').map((one) => one.trim());
  const way = [...told.filter((one) => one !== ''), remote];
  return way[Math.max(0, way.length - 1 - trustedProxies)] ?? remote;
}
