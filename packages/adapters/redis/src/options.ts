/** How to reach Redis, and how long to wait for it. */
export interface RedisOptions {
  /**
   * `redis://` or, by TLS, `rediss://`, with user and password if the server wants them. Several only for a cluster: nodes
   * through which the others are found.
   */
  readonly urls: readonly [string, ...string[]];
  /** Whether the addresses are nodes of a Redis Cluster; by default they are not. */
  readonly cluster?: boolean;
  /**
   * Begins the name of every key and channel, by default `sealpost`: letters, digits, `.`, `_` and `-`. Deployments on one
   * Redis have one each.
   */
  readonly prefix?: string;
  /** How long connecting and every answer may take, by default 2,000 ms; what takes longer fails. */
  readonly answerMs?: number;
  /** How often a connection that only listens is asked whether it still answers, by default every 5,000 ms. */
  readonly checkMs?: number;
  /** The longest pause before another try to connect, by default 2,000 ms. */
  readonly reconnectMs?: number;
}

/** One server, as the driver takes it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** Empty: as the system trusts, and for the host's own name. */
  readonly tls?: Record<string, never>;
}

export type Settings = Required<Omit<RedisOptions, 'urls'>> & {
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
};

/** An option that cannot be used. The message names what is allowed and never the value, which may hold a password. */
export class RedisOptionError extends Error {
  readonly option: string;

  constructor(option: string, allowed: string) {
    super(`Redis option ${option}: allowed is ${allowed}`);
    this.name = 'RedisOptionError';
    this.option = option;
  }
}

const defaults = {
  cluster: false,
  prefix: 'sealpost',
  answerMs: 2_000,
  checkMs: 5_000,
  reconnectMs: 2_000,
};

const isPrefix = (text: string): boolean => /^[\w.-]+$/.test(text);

/** Whether `urls` may hold this. */
export function isAddress(text: string): boolean {
  try {
    endpointOf(text);
    return true;
  } catch {
    return false;
  }
}

/** The options with their defaults. Throws `RedisOptionError`. */
export function settingsOf({ urls, ...given }: RedisOptions): Settings {
  const settings = { ...defaults, ...given };
  if (!isPrefix(settings.prefix)) {
    throw new RedisOptionError('prefix', 'letters, digits, ".", "_" and "-"');
  }
  if (urls.length > 1 && !settings.cluster) {
    throw new RedisOptionError('urls', 'one address, or several with cluster');
  }
  const [first, ...others] = urls;
  return { ...settings, endpoints: [endpointOf(first), ...others.map(endpointOf)] };
}

function endpointOf(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : null;
  const db = /^\/?(\d*)$/.exec(url?.pathname ?? '')?.[1];
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (!url || !isRedis || url.hostname === '' || db === undefined) {
    throw new RedisOptionError(
      'urls',
      'redis://[user:password@]host[:port][/number], or rediss://',
    );
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const [username, password] = [url.username, url.password].map(decodeURIComponent);
  return {
    host,
    port: Number(url.port === '' ? 6379 : url.port),
    db: Number(db),
    ...(username === undefined || username === '' ? {} : { username }),
    ...(password === undefined || password === '' ? {} : { password }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
