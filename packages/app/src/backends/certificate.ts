import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  certificateFile,
  type ConformanceCertificate,
  type PortFamily,
  portVersions,
} from '@sealpost/domain';
import { z } from 'zod';
import { resolvePackage } from './resolve-package.ts';

/** Why a certificate proves nothing of the adapter that is installed. */
export type CertificateDoubt =
  /** The package cannot be found. */
  | 'not_installed'
  | 'no_certificate'
  /** It is no JSON, or none of a certificate. */
  | 'unreadable_certificate'
  | 'other_package_version'
  /** Its suites were those of other ports than this server's. */
  | 'other_port_version'
  /** A family for which it is used is not in it. */
  | 'family_not_certified'
  | 'laws_not_held';

/** What is certified of an adapter from outside. */
export interface CertificateReport {
  /** As the configuration names it. */
  readonly package: string;
  /** The version that is installed; null: not installed, or its package does not say. */
  readonly version: string | null;
  /** Null: there is none that can be read. */
  readonly certificate: ConformanceCertificate | null;
  /** Empty: all laws of the ports of this server were held by what is installed. */
  readonly doubts: readonly CertificateDoubt[];
}

const family = z.strictObject({
  portVersion: z.int().positive(),
  laws: z.int().positive(),
  held: z.int().nonnegative(),
});
const families = z.strictObject({
  storage: family.exactOptional(),
  history: family.exactOptional(),
  fanOut: family.exactOptional(),
  presence: family.exactOptional(),
  rateLimits: family.exactOptional(),
} satisfies Record<PortFamily, z.ZodType>);
/** Texts that it holds are shown and logged, so they are names and versions. */
const name = z.string().regex(/^[\w@./-]{1,214}$/);
const certificateSchema = z.strictObject({
  adapter: name,
  package: name,
  version: z.string().regex(/^[\w.+-]{1,64}$/),
  families,
  capabilities: z.array(z.enum(['preparation', 'everyValue'])),
});

/**
 * Reads the certificate of an adapter's package, and holds it against this server and against what is installed.
 *
 * @param named the package's name, or its path, as in the configuration.
 * @param uses the families for which the server uses it.
 */
export function certificateOf(named: string, uses: readonly PortFamily[] = []): CertificateReport {
  const installed = found(named);
  if (installed === null)
    return { package: named, version: null, certificate: null, doubts: ['not_installed'] };
  const { folder, version } = installed;
  const certificate = readCertificate(join(folder, certificateFile));
  return typeof certificate === 'string'
    ? { package: named, version, certificate: null, doubts: [certificate] }
    : { package: named, version, certificate, doubts: doubtsOf(certificate, version, uses) };
}

function found(named: string): { readonly folder: string; readonly version: string | null } | null {
  try {
    return resolvePackage(named);
  } catch {
    // What is wrong with the package is told to whoever loads it.
    return null;
  }
}

function readCertificate(path: string): ConformanceCertificate | CertificateDoubt {
  try {
    const read = certificateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return read.success ? read.data : 'unreadable_certificate';
  } catch (error) {
    return error instanceof SyntaxError ? 'unreadable_certificate' : 'no_certificate';
  }
}

function doubtsOf(
  { families: certified, version }: ConformanceCertificate,
  installed: string | null,
  uses: readonly PortFamily[],
): CertificateDoubt[] {
  const entries = (Object.keys(portVersions) as PortFamily[]).flatMap((one) => {
    const of = certified[one];
    return of === undefined ? [] : [{ ...of, isOld: of.portVersion !== portVersions[one] }];
  });
  const doubts: Partial<Record<CertificateDoubt, boolean>> = {
    other_package_version: version !== installed,
    other_port_version: entries.some(({ isOld }) => isOld),
    family_not_certified: uses.some((use) => certified[use] === undefined),
    laws_not_held: entries.some(({ laws, held }) => held < laws),
  };
  return (Object.keys(doubts) as CertificateDoubt[]).filter((doubt) => doubts[doubt]);
}
