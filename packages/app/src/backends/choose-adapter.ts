import { type Adapter, type AdapterHost, assert } from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import type { Use } from './backends.ts';
import { openEmbeddedPostgres } from './embedded-postgres-adapter.ts';
import { openMemory } from './memory-adapter.ts';
import { openPackage } from './package-adapter.ts';
import { unknownKind } from './unknown-kind.ts';

/** Which adapter the configuration names for a family of ports. */
export interface Choice {
  /** As people call it. */
  readonly name: string;
  /** Two choices with the same one are one open adapter. */
  readonly identity: string;
  readonly open: (host: AdapterHost) => Promise<Adapter>;
}

type Named = Exclude<Pick<Config, Use>[Use], { readonly kind: 'none' }>;

/** The adapter for a use; null: there is none. Its package is loaded only when it is opened. */
export function choiceOf(config: Config, use: Use): Choice | null {
  const named = config[use];
  return named.kind === 'none' ? null : choiceNamed(config, use, named);
}

function choiceNamed(config: Config, use: Use, named: Named): Choice {
  const { kind } = named;
  const choice = (open: Choice['open'], of: unknown = null): Choice => ({
    name: kind,
    identity: `${kind} ${JSON.stringify(of)}`,
    open,
  });
  switch (kind) {
    case 'storage':
      return choiceNamed(config, 'storage', config.storage);
    case 'memory':
      return choice(openMemory);
    case 'embedded-postgres':
      return choice((host) => openEmbeddedPostgres(named, host));
    case 'postgres': {
      const { kind: _, ...options } = named;
      return choice(async (host) => {
        const { adapter } = await import('@sealpost/adapter-postgres/adapter');
        return adapter.open(options, host);
      });
    }
    case 'mongodb': {
      const { kind: _, ...options } = named;
      return choice(async (host) => {
        const { adapter } = await import('@sealpost/adapter-mongodb/adapter');
        return adapter.open(options, host);
      });
    }
    case 'redis': {
      const { urls, ...options } = config.redis;
      assert(urls !== null, 'a family on Redis has its address');
      return choice(async (host) => {
        const { adapter } = await import('@sealpost/adapter-redis/adapter');
        return adapter.open({ ...options, urls }, host);
      });
    }
    case 'package':
      return {
        ...choice((host) => openPackage({ use, ...named }, host), [named.package, named.options]),
        name: named.package,
      };
    default:
      return unknownKind(kind);
  }
}
