import type { ReadinessCheck, ReadinessReport } from '@sealpost/adapter-express';
import type { Backends, OpenedAdapter, Use } from '../backends/backends.ts';

/** Without these a server can do nothing; the others carry hints, and it goes on without them. */
const needed: readonly Use[] = ['storage', 'history', 'moving'];

/** Whether this process should be sent clients: what it stores in answers, and is prepared for this release. */
export class Readiness {
  readonly #backends: Pick<Backends, 'adapters'>;

  constructor(backends: Pick<Backends, 'adapters'>) {
    this.#backends = backends;
  }

  async report(): Promise<ReadinessReport> {
    return { checks: (await Promise.all(this.#backends.adapters.map(checksOf))).flat() };
  }
}

async function checksOf({ name, families, adapter }: OpenedAdapter): Promise<ReadinessCheck[]> {
  const found = (await adapter.health()).filter(({ severity }) => severity === 'error');
  const isNeeded = families.some((family) => needed.includes(family));
  const detail = found.map(({ code }) => code).join(', ');
  const answers: ReadinessCheck = {
    name,
    ok: found.length === 0 || !isNeeded,
    ...(found.length === 0 ? {} : { detail }),
  };
  // What does not answer cannot tell what is due.
  if (adapter.preparation === null || found.length > 0) return [answers];
  const due = (await adapter.preparation.due()).length;
  const migrations = { name: `${name} migrations`, ok: due === 0 };
  return [answers, due === 0 ? migrations : { ...migrations, detail: `${due} due` }];
}
