/** What the keys of a configuration ask of each other and no JSON Schema says. */
export interface Rule {
  readonly rule: string;
  /** A configuration that only this rule refuses. */
  readonly broken: object;
}

const shared = { kind: 'postgres', url: 'postgres://user:password@db.example/sealpost' };

/** What the loader refuses and `fileSchema` does not. */
export const saidByTheLoaderAlone: readonly Rule[] = [
  {
    rule: 'limits.refillBelow is at most limits.oneTimeBundles.',
    broken: { limits: { refillBelow: 5, oneTimeBundles: 4 } },
  },
  {
    rule: 'limits.messageBytes is at most limits.changeBytes.',
    broken: { limits: { messageBytes: 9_000, changeBytes: 8_000 } },
  },
  {
    rule: 'The burst of a rate is at least its refill.',
    broken: { limits: { rates: { messages: { burst: 1, refill: 2 } } } },
  },
  {
    rule: 'The burst of a rate is refilled within 7 days.',
    broken: {
      limits: { rates: { messages: { burst: 1_000_000, refill: 1, everyMs: 86_400_000 } } },
    },
  },
  {
    rule: 'Secrets that an adapter needs, such as storage.url, are given somewhere.',
    broken: { storage: { kind: 'postgres' }, cookies: { secret: 'x'.repeat(32) } },
  },
  {
    rule: 'With storage.kind postgres, cookies.secret is given somewhere.',
    broken: { storage: shared },
  },
  {
    rule: 'moving names another store than history.',
    broken: { moving: { kind: 'storage' } },
  },
  {
    rule: 'With a family of adapters on redis, redis.urls is given somewhere.',
    broken: { fanOut: { kind: 'redis' } },
  },
  {
    rule: 'Several redis.urls are those of a cluster, by redis.cluster.',
    broken: { redis: { urls: ['redis://one', 'redis://other'] } },
  },
  {
    rule: 'A URL is one by the rules of the web, and an origin is written as browsers write it.',
    broken: { allowedOrigins: ['https://EXAMPLE.org'] },
  },
];
