import { type PortFamily, portVersions } from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import type { ServerLog } from '../log/log-record.ts';
import { familyOf, type Use } from './backends.ts';
import { certificateOf } from './certificate.ts';

const everyUse: readonly Use[] = [...(Object.keys(portVersions) as PortFamily[]), 'moving'];

/** Says for each adapter from outside what is certified of it. It is used all the same. */
export function tellCertificates(config: Pick<Config, Use>, log: ServerLog): void {
  const packages = Map.groupBy(
    everyUse.filter((use) => config[use].kind === 'package'),
    (use) => packageOf(config[use]),
  );
  for (const [named, uses] of packages) {
    const { version, certificate, doubts } = certificateOf(named, uses.map(familyOf));
    const families = Object.entries(certificate?.families ?? {});
    log({
      level: doubts.length === 0 ? 'info' : 'warn',
      event: 'certificate',
      package: named,
      version,
      portVersions: Object.fromEntries(
        families.map(([name, { portVersion }]) => [name, portVersion]),
      ),
      laws: Object.fromEntries(
        families.map(([name, { held, laws }]) => [name, `${held} of ${laws}`]),
      ),
      capabilities: certificate?.capabilities ?? [],
      doubts,
    });
  }
}

const packageOf = (named: Config[Use]): string => ('package' in named ? named.package : named.kind);
