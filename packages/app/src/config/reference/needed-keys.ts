import type { Config } from '../schema.ts';

/** Keys with values as they could be. */
export type ExampleValues = Readonly<Record<string, string | number>>;

const behindProxy = { publicUrl: 'https://chat.example.org', 'http.trustedProxies': 1 };
const shared = {
  'storage.url': 'postgres://sealpost:correct-horse-battery@db/sealpost',
  'cookies.secret': 'kM3vX9q2LwR7tB4nZ8sD6fH1jC5gP0yA',
};

/**
 * What has to be given for production, behind one proxy that speaks TLS: with these `sealpost config check --strict`
 * finds nothing, and without any one of them it does. A profile without them is not for production.
 */
export const neededInProduction: Readonly<Record<Config['profile'], ExampleValues | null>> = {
  embedded: behindProxy,
  postgres: { profile: 'postgres', ...shared, ...behindProxy },
  'postgres-redis': {
    profile: 'postgres-redis',
    ...shared,
    'redis.urls': 'redis://:staple-battery-horse@redis',
    ...behindProxy,
  },
  'postgres-mongo': {
    profile: 'postgres-mongo',
    ...shared,
    'history.url': 'mongodb://sealpost:horse-staple-correct@mongo/?replicaSet=rs0',
    ...behindProxy,
  },
  memory: null,
};
