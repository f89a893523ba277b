import type { Finding } from '@sealpost/domain';
import { isLocalHost } from '../../runtime/local-host.ts';
import type { Config } from '../schema.ts';
import { warning } from './warning.ts';

const isPlain = (url: string): boolean =>
  url.startsWith('http:') && !isLocalHost(new URL(url).hostname);

/** What is unwise about where a server is reached, and by whom. */
export function unwiseAddress(config: Config): Finding[] {
  const { host, publicUrl, allowedOrigins, port, http } = config;
  return [
    publicUrl !== null &&
      isPlain(publicUrl) &&
      warning(
        'public_url_without_tls',
        'publicUrl is http: passwords and tokens travel where everybody on the way can read them.',
        'Have a proxy speak TLS, and give its https:// address as publicUrl.',
      ),
    publicUrl === null &&
      !isLocalHost(host) &&
      warning(
        'public_url_missing',
        `host is ${host}, so others reach this server, but not by which address: cookies are not for https, and web pages are refused.`,
        'Give the address that clients use as publicUrl.',
      ),
    publicUrl === null &&
      isLocalHost(host) &&
      warning(
        'reached_from_here_only',
        `host is ${host} and publicUrl is not given: nobody reaches this server but programs on this machine.`,
        'Give the address of the proxy before it as publicUrl.',
      ),
    publicUrl?.startsWith('https:') === true &&
      http.trustedProxies === 0 &&
      warning(
        'proxy_not_trusted',
        'publicUrl is https, so a proxy stands before this server, and http.trustedProxies is 0: all clients count as one network, with one allowance.',
        'Set http.trustedProxies to the number of proxies.',
      ),
    publicUrl === null &&
      http.trustedProxies > 0 &&
      warning(
        'proxy_trusted_in_vain',
        'http.trustedProxies is set and publicUrl is not: without a proxy clients choose the address that they are counted by.',
        'Set http.trustedProxies to 0, or give publicUrl.',
      ),
    publicUrl !== null &&
      port === 0 &&
      warning(
        'port_left_open',
        'port is 0, which is another one at every start: no proxy finds it.',
        'Give a port.',
      ),
    allowedOrigins.some(isPlain) &&
      warning(
        'origin_without_tls',
        'allowedOrigins has an http:// origin: whoever sits on the way can change its pages, and use the sessions of its users.',
        'Serve these pages by https.',
      ),
  ].filter((finding) => finding !== false);
}
