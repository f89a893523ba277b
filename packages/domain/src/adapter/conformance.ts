import type { PortFamily } from './port-families.ts';

/** What a run of the contract suites found of an adapter of one family. */
export interface FamilyConformance {
  /** That of `portVersions` at which the suites were. */
  readonly portVersion: number;
  /** How many there are; none was left out. */
  readonly laws: number;
  readonly held: number;
}

/** What an adapter may have or not: steps of preparation, an enumeration of what it stores. */
export type AdapterCapability = 'preparation' | 'everyValue';

/** What the contract suites found of an adapter. It is no proof against its author, who writes it. */
export interface ConformanceCertificate {
  /** The adapter's own name. */
  readonly adapter: string;
  /** Name and version of its package as they were. */
  readonly package: string;
  readonly version: string;
  readonly families: { readonly [Family in PortFamily]?: FamilyConformance };
  readonly capabilities: readonly AdapterCapability[];
}

/** Where an adapter's package has its certificate. */
export const certificateFile = 'sealpost-conformance.json';
