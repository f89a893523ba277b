import { type PortFamily, portVersions } from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import type { ServerLog } from '../log/log-record.ts';
import { certificateOf } from './certificate.ts';

const families = Object.keys(portVersions) as readonly PortFamily[];

/** Says for each adapter from outside what is certified of it. It is used all the same. */
export function tellCertificates(config: Pick<Config, PortFamily>, log: ServerLog): void {
  const packages = Map.groupBy(
    families.filter((family) => config[family].kind === 'package'),
    (family) => packageOf(config[family]),
  );
  for (const [named, uses] of packages) {
    const { version, certificate, doubts } = certificateOf(named, uses);
    const laws = Object.entries(certificate?.families ?? {}).map(
      ([family, { held, laws: all }]) => [family, `${held} of ${all}`] as const,
    );
    log({
      level: doubts.length === 0 ? 'info' : 'warn',
      event: 'certificate',
      package: named,
      version,
      laws: Object.fromEntries(laws),
      doubts,
    });
  }
}

const packageOf = (named: Config[PortFamily]): string =>
  'package' in named ? named.package : named.kind;
