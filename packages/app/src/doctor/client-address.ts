import type { Finding } from '@sealpost/domain';
import type { SeenAddress } from './consultation.ts';
import { error } from './part.ts';

/** A client's lie: an address of documentation (RFC 5737), which no client has. */
export const strangeAddress = '192.0.2.77';

const plain = (address: string): string => address.replace(/^::ffff:/i, '');

/** Whether the server takes a client for who it is, by how it saw a question that lied. */
export function judgeAddress(
  { client, remote, forwarded, trustedProxies }: SeenAddress,
  local: { readonly address: string; readonly port: number },
): Finding | null {
  if (client === strangeAddress)
    return error(
      'client_address_forged',
      `http.trustedProxies is ${trustedProxies}, and so many proxies do not add to x-forwarded-for: clients choose the address by which they are counted.`,
      'Set http.trustedProxies to the number of proxies, and have each of them add to x-forwarded-for.',
    );
  const isDirect = plain(remote.address) === plain(local.address) && remote.port === local.port;
  if (isDirect) return null;
  const proxies = forwarded.slice(forwarded.indexOf(strangeAddress) + 1).length;
  if (proxies === 0)
    return error(
      'client_address_untold',
      'The proxy before the server tells nobody’s address: all clients count as one network, with one allowance.',
      'Have the proxy add to x-forwarded-for, and set http.trustedProxies.',
    );
  if (trustedProxies >= proxies) return null;
  return error(
    'client_address_hidden',
    `${proxies} proxies stand before the server, and http.trustedProxies is ${trustedProxies}: all clients count as one network, with one allowance.`,
    `Set http.trustedProxies to ${proxies}.`,
  );
}
