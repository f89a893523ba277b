import { Canaries } from './canaries.ts';
import type { Deployment } from './deployment.ts';
import { metrics, refusals } from './places/answers.ts';
import { planted } from './planted.ts';
import { searchPlaces, type Searched } from './search-places.ts';
import { Company } from './tour/company.ts';
import { firstText, Tour } from './tour/tour.ts';

export interface Audit extends Searched {
  /** How many canaries were searched for. */
  readonly canaries: number;
  /** What they were. */
  readonly names: ReadonlySet<string>;
  /** Handles of accounts that could not be deleted. */
  readonly remaining: readonly string[];
}

interface Options {
  /** For what devices keep on disk. */
  readonly folder: string;
  /** Leaks one text on purpose. */
  readonly leak: boolean;
}

/** Sends canaries through everything that a deployment does, and then searches every place of it for them (G13). */
export async function audit(deployment: Deployment, options: Options): Promise<Audit> {
  const canaries = new Canaries();
  const company = new Company(deployment.url, canaries);
  let remaining: readonly string[] = [];
  let searched: Searched;
  try {
    searched = await search(deployment, company, canaries, options);
  } finally {
    if (deployment.isKept) remaining = await company.delete();
    await company.close();
  }
  return { ...searched, remaining, canaries: canaries.all.length, names: canaries.names };
}

async function search(
  deployment: Deployment,
  company: Company,
  canaries: Canaries,
  { folder, leak }: Options,
): Promise<Searched> {
  const { transport } = await new Tour(company, canaries, folder).take(leak);
  const sources = [
    await refusals(deployment.url, canaries, transport.accessToken ?? ''),
    await metrics(deployment.url),
    ...(await deployment.sources()),
  ];
  const { all } = canaries;
  const [leaked] = leak ? all.filter(({ name }) => name === firstText) : [];
  return searchPlaces(leaked ? sources.map((source) => planted(source, leaked)) : sources, all);
}
