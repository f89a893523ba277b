import type { Finding, Meter } from '@sealpost/domain';
import type { Backends } from '../backends/backends.ts';
import type { ServerLog } from '../log/log-record.ts';

/** Codes of adapters from outside go into the log, so they must look like codes. */
const codeOf = ({ code }: Finding): string =>
  /^[a-z][a-z0-9_]{0,63}$/.test(code) ? code : 'unnamed';

/**
 * Asks the adapters how they are, now and then. What is found is told once when it begins and once when it is over, and
 * how much is wrong at the moment is a metric.
 */
export class HealthWatch {
  readonly #backends: Pick<Backends, 'adapters'>;
  readonly #meter: Pick<Meter, 'observe'>;
  readonly #log: ServerLog;
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(backends: Pick<Backends, 'adapters'>, meter: Pick<Meter, 'observe'>, log: ServerLog) {
    this.#backends = backends;
    this.#meter = meter;
    this.#log = log;
  }

  async look(): Promise<void> {
    const errors = await Promise.all(
      this.#backends.adapters.map(async ({ name, adapter }) => {
        const findings = await adapter.health();
        this.#tell(name, findings);
        return findings.filter(({ severity }) => severity === 'error').length;
      }),
    );
    this.#meter.observe(
      'adapter_errors',
      errors.reduce((sum, count) => sum + count, 0),
    );
  }

  #tell(adapter: string, findings: readonly Finding[]): void {
    const before = this.#known.get(adapter) ?? new Set();
    const found = new Set(findings.map(codeOf));
    for (const finding of findings) {
      const code = codeOf(finding);
      const level = finding.severity === 'error' ? 'error' : 'warn';
      if (!before.has(code)) this.#log({ level, event: 'adapter_finding', adapter, code });
    }
    for (const code of before)
      if (!found.has(code))
        this.#log({ level: 'info', event: 'adapter_finding_over', adapter, code });
    this.#known.set(adapter, found);
  }
}
