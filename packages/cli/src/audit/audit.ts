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
}

interface Options {
  /** For what devices keep on disk. */
  readonly folder: string;
  /** Leaks one text on purpose. */
  readonly leak: boolean;
  /** Ends the audit early, by its reason. */
  readonly signal: AbortSignal;
  /** Is told the handle of each account that may be left. */
  readonly remains: (handle: string) => void;
}

/** Sends canaries through everything that a deployment does, and then searches every place of it for them (G13). */
export async function audit(deployment: Deployment, options: Options): Promise<Audit> {
  const canaries = new Canaries();
  const company = new Company(deployment.url, canaries, options.signal);
  let searched: Searched;
  try {
    searched = await search(deployment, company, canaries, options);
  } finally {
    if (deployment.isKept) (await company.delete()).forEach(options.remains);
    await company.close();
  }
  return { ...searched, canaries: canaries.all.length, names: canaries.names };
}

async function search(
  deployment: Deployment,
  company: Company,
  canaries: Canaries,
  { folder, leak, signal }: Options,
): Promise<Searched> {
  const { transport } = await new Tour(company, canaries, folder).take(leak);
  const sources = [
    await refusals(deployment.url, canaries, transport.accessToken ?? ''),
    await metrics(deployment.url),
    ...(await deployment.sources()),
  ];
  const { all } = canaries;
  const [leaked] = leak ? all.filter(({ name }) => name === firstText) : [];
  const shown = leaked ? sources.map((source) => planted(source, leaked)) : sources;
  return searchPlaces(shown, all, signal);
}
