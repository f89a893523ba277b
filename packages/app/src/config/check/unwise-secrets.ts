import type { Finding } from '@sealpost/domain';
import { isLocalHost } from '../../runtime/local-host.ts';
import { catalogue } from '../catalogue.ts';
import type { Given } from '../given.ts';
import type { LoadedConfig } from '../load-config.ts';
import { warning } from './warning.ts';

/** Fewer are found by trying. */
const shortestPassword = 12;
/** Fewer different characters in 32 were not drawn at random. */
const fewestCharacters = 12;

interface Secret {
  readonly path: string;
  readonly text: string;
  readonly url: URL | null;
  readonly source: Given['source'];
}

function secretsOf({ given }: LoadedConfig): Secret[] {
  return [...given.values()].flatMap(({ path, value, source }) => {
    if (catalogue.get(path)?.secret !== true) return [];
    const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
    return texts.map((text) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      return { path, url, source, text: url ? decoded(url.password) : text };
    });
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not encoded: it is what it looks like.
    return text;
  }
}

const isWeak = ({ text, url }: Secret): boolean =>
  url === null
    ? new Set(text).size < fewestCharacters
    : !isLocalHost(url.hostname) && text.length < shortestPassword;

/** A bare name is one of a private network, as of containers. */
const isFar = (hostname: string): boolean => hostname.includes('.') && !isLocalHost(hostname);

/** By the beginning of a URL, whether it asks for TLS, and how it would. */
const tls: readonly (readonly [string, (url: URL) => boolean, string])[] = [
  ['postgres', asksPostgres, 'Add ?sslmode=verify-full to it.'],
  ['redis:', () => false, 'Write it rediss://.'],
  ['mongodb:', asksMongodb, 'Add ?tls=true to it.'],
];

function asksPostgres({ searchParams }: URL): boolean {
  const asked = searchParams.get('sslmode') ?? searchParams.get('ssl') ?? 'disable';
  return !['disable', 'allow', 'prefer', 'false', '0'].includes(asked);
}

function asksMongodb({ searchParams }: URL): boolean {
  return (searchParams.get('tls') ?? searchParams.get('ssl')) === 'true';
}

/** How TLS is to be asked for, if it is not. */
function withTls(url: URL | null): string | null {
  if (url === null || !isFar(url.hostname)) return null;
  const [, asks, fix] = tls.find(([begin]) => url.protocol.startsWith(begin)) ?? [];
  return asks?.(url) === false ? (fix ?? null) : null;
}

/** What is unwise about secrets. None is shown. */
export function unwiseSecrets(loaded: LoadedConfig): Finding[] {
  const secrets = secretsOf(loaded);
  const others = (one: Secret): string[] =>
    secrets
      .filter(({ path, text }) => path !== one.path && text === one.text)
      .map(({ path }) => path);
  return secrets.flatMap((secret) => {
    const { path, url, source, text } = secret;
    const fix = withTls(url);
    return [
      isWeak(secret) &&
        warning(
          'secret_weak',
          `${path} can be guessed: ${url ? `its password has fewer than ${shortestPassword} characters` : 'it has few different characters'}.`,
          'Draw one at random, as by openssl rand -base64 32.',
        ),
      text !== '' &&
        others(secret).length > 0 &&
        warning(
          'secrets_alike',
          `${path} has the same secret as ${others(secret).join(' and ')}: whoever learns one has both.`,
          'Draw each of them at random.',
        ),
      source.kind === 'option' &&
        source.name === '--set' &&
        warning(
          'secret_on_command_line',
          `${path} is given by --set: everybody on this machine sees it in the list of processes.`,
          'Give it by its variable, or by a file that its variable with _FILE names.',
        ),
      fix !== null &&
        warning(
          'database_without_tls',
          `${path} asks for no TLS: who talks to whom travels in clear between here and there.`,
          fix,
        ),
    ].filter((finding) => finding !== false);
  });
}
