import {
  type ConformanceCertificate,
  type FamilyConformance,
  type PortFamily,
  portVersions,
} from '@sealpost/domain';
import type { SeenAdapter } from '../contracts/adapter.contract.ts';
import { suiteTitles, type SuitedPort } from '../contracts/suite-titles.ts';
import { type Law, lawsIn } from '../runner/laws.ts';
import type { VitestReport } from '../runner/vitest-report.ts';

/** The ports of each family: whoever provides it holds the suites of all of them. */
const portsOf: Readonly<Record<PortFamily, readonly SuitedPort[]>> = {
  storage: [
    'ConversationLog',
    'ConversationIndex',
    'CursorStore',
    'KeyDirectory',
    'AccountStore',
    'DeviceStore',
    'SessionStore',
    'SigningKeyStore',
    'DeploymentStore',
  ],
  history: ['ConversationLog'],
  fanOut: ['FanOut'],
  presence: ['PresenceLeases'],
  rateLimits: ['RateLimiter'],
};

export interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** A certificate, or why there can be none: one line each. */
export type Certified =
  | { readonly certificate: ConformanceCertificate; readonly broken: readonly string[] }
  | { readonly refused: readonly string[] };

/** Makes the certificate of a package's adapter from the report of its tests. */
export function certify({ name, version }: Manifest, report: VitestReport): Certified {
  const seen = seenIn(report);
  if (seen === null) {
    const call = 'No test calls adapterContract, or its adapter cannot be opened.';
    return { refused: [call, ...messagesIn(report)] };
  }
  const laws = lawsIn(report);
  const families = (Object.keys(portVersions) as PortFamily[]).filter(
    (family) => seen.ports[family] !== undefined,
  );
  const refused = [
    ...families.flatMap((family) => suitesMissing(family, laws)),
    ...brokenIn(report).filter((sentence) => sentence.startsWith('Adapter: ')),
  ];
  if (refused.length > 0) return { refused };
  const certificate: ConformanceCertificate = {
    adapter: seen.name,
    package: name,
    version,
    families: Object.fromEntries(families.map((family) => [family, conformanceOf(family, laws)])),
    capabilities: seen.capabilities,
  };
  return { certificate, broken: brokenIn(report) };
}

function seenIn({ testResults }: VitestReport): SeenAdapter | null {
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const [seen] = results.flatMap(({ meta }) => meta?.adapter ?? []);
  return (seen as SeenAdapter | undefined) ?? null;
}

const messagesIn = ({ testResults }: VitestReport): string[] =>
  testResults.flatMap(({ message }) => (message === '' ? [] : [message]));

function suitesMissing(family: PortFamily, laws: readonly Law[]): string[] {
  const wanted = portsOf[family].flatMap((port) => suiteTitles[port]);
  return wanted
    .filter((title) => !laws.some(({ suite }) => suite === title))
    .map((title) => `${family} needs the suite "${title}", and no test runs it.`);
}

function conformanceOf(family: PortFamily, laws: readonly Law[]): FamilyConformance {
  const own = laws.filter(({ port }) => portsOf[family].includes(port));
  const held = own.filter(({ outcome }) => outcome === 'held').length;
  return { portVersion: portVersions[family], laws: own.length, held };
}

/** Tests that did not pass, the package's own ones too. */
const brokenIn = ({ testResults }: VitestReport): string[] =>
  testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ status, fullName }) => (status === 'passed' ? [] : [fullName])),
  );
