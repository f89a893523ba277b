import { Canaries } from './canaries.ts';
import type { Deployment } from './deployment.ts';
import { metrics, refusals } from './places/answers.ts';
import { planted } from './planted.ts';
import { searchPlaces, type Searched } from './search-places.ts';
import { Company } from './tour/company.ts';
import { Tour } from './tour/tour.ts';

export interface Audit extends Searched {
  /** How many canaries were searched for. */
  readonly canaries: number;
  /** What they were. */
  readonly names: ReadonlySet<string>;
  /** Handles of accounts that could not be deleted. */
  readonly remaining: readonly string[];
}

/** Sends canaries through everything that a deployment does, and then searches every place of it for them (G13). */
export async function audit(
  deployment: Deployment,
  { folder, leak }: { readonly folder: string; readonly leak: boolean },
): Promise<Audit> {
  const canaries = new Canaries();
  const company = new Company(deployment.url, canaries);
  const cleared = { remaining: [] as readonly string[] };
  const searched = await travelled().finally(async () => {
    if (deployment.isKept) cleared.remaining = await company.delete();
    await company.close();
  });
  return { ...searched, ...cleared, canaries: canaries.all.length, names: canaries.names };

  async function travelled(): Promise<Searched> {
    const { transport } = await new Tour(company, canaries, folder).take(leak);
    const outer = [
      await refusals(deployment.url, canaries, transport.accessToken ?? ''),
      await metrics(deployment.url),
    ];
    const sources = [...outer, ...(await deployment.sources())];
    const [first] = canaries.all;
    const shown = leak && first ? sources.map((source) => planted(source, first)) : sources;
    return searchPlaces(shown, canaries.all);
  }
}
