import type { Finding } from '@sealpost/domain';
import type { Config } from '../schema.ts';
import { warning } from './warning.ts';

/** Storage that other processes may use too. */
export const isShared = ({ storage }: Pick<Config, 'storage'>): boolean =>
  storage.kind !== 'memory' && storage.kind !== 'embedded-postgres';

/** What each process would have for itself although the storage is shared. */
const apart = [
  [
    'fanOut',
    'fan_out_apart',
    'entries reach the clients of other processes only within 20 seconds',
  ],
  ['presence', 'presence_apart', 'clients of other processes look as if they were away'],
  ['rateLimits', 'rate_limits_apart', 'each process allows as much as all were meant to'],
] as const;

/** What is unwise about adapters that keep things within one process. */
export function unwiseProcesses(config: Config): Finding[] {
  if (config.storage.kind === 'memory')
    return [
      warning(
        'storage_forgets',
        'storage.kind is memory: everything is gone when the process ends.',
        'Choose another profile: embedded, or postgres.',
      ),
    ];
  if (!isShared(config)) return [];
  const found = apart
    .filter(([family]) => config[family].kind === 'memory')
    .map(([family, code, consequence]) =>
      warning(
        code,
        `storage.kind is ${config.storage.kind}, which several processes may share, and ${family}.kind is memory: then ${consequence}.`,
        `Set ${family}.kind to storage.`,
      ),
    );
  return config.cookies.secret === null ? [...found, secretApart] : found;
}

/** Where it is sure that the storage is shared, a secret is asked for. */
const secretApart = warning(
  'cookie_secret_apart',
  'storage.kind is package, which several processes may share, and cookies.secret is not given: each process makes its own, and logs out the browsers of the others.',
  'Give cookies.secret, at least 32 random characters, the same for every process.',
);
