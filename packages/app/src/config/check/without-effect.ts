import type { Finding } from '@sealpost/domain';
import type { Config } from '../schema.ts';
import type { LoadedConfig } from '../load-config.ts';
import { profiles } from '../profiles.ts';
import { isShared } from './unwise-processes.ts';
import { warning } from './warning.ts';

interface Idle {
  readonly path: string;
  readonly when: (config: Config) => boolean;
  readonly because: string;
}

/** Keys that do nothing while others are as they are. */
const idle: readonly Idle[] = [
  {
    path: 'presence.leaseMs',
    when: ({ presence }) => presence.kind === 'memory',
    because: 'presence.kind is memory, which ends with its process',
  },
  {
    path: 'sockets.maxConnectionsPerNetwork',
    when: ({ sockets }) => sockets.maxConnectionsPerNetwork > sockets.maxConnections,
    because: 'sockets.maxConnections is reached before',
  },
  {
    path: 'dataFolder',
    when: (config) => isShared(config) && config.cookies.secret !== null,
    because: 'with this storage and cookies.secret given, nothing is kept on this disk',
  },
  {
    path: 'redis.urls',
    when: ({ fanOut, presence, rateLimits }) =>
      [fanOut, presence, rateLimits].every(({ kind }) => kind !== 'redis'),
    because: 'no family of adapters is on redis',
  },
  {
    path: 'allowedOrigins',
    when: ({ allowedOrigins, publicUrl }) =>
      publicUrl !== null && allowedOrigins.includes(new URL(publicUrl).origin),
    because: 'it names the origin of publicUrl, which is always allowed',
  },
];

/** Keys that somebody gave and that change nothing. */
export function withoutEffect({ config, given }: LoadedConfig): Finding[] {
  const isGiven = (path: string): boolean =>
    (given.get(path)?.source.kind ?? 'profile') !== 'profile';
  const families = Object.keys(profiles.embedded).filter((name) => name !== 'moving');
  const allSet = families.every((family) => isGiven(`${family}.kind`));
  const found = idle.filter(({ path, when }) => isGiven(path) && when(config));
  return [
    ...found.map(({ path, because }) => noEffect(path, because)),
    ...(isGiven('profile') && allSet
      ? [noEffect('profile', 'the kind of every family of adapters is given on its own')]
      : []),
  ];
}

const noEffect = (path: string, because: string): Finding =>
  warning('key_without_effect', `${path} has no effect: ${because}.`, `Leave ${path} out.`);
