import type { PlacedCanary } from './canaries.ts';
import type { PlaceKind, Source } from './places/source.ts';
import { Searcher } from './search/searcher.ts';

/** A canary where it may not stand; shown by its name alone. */
export interface Finding {
  readonly kind: PlaceKind;
  readonly place: string;
  readonly canary: string;
  readonly encoding: string;
}

export interface Searched {
  /** Those that held anything. */
  readonly places: ReadonlyMap<string, PlaceKind>;
  readonly findings: readonly Finding[];
}

/** Reads every source to its end, or until the signal comes. */
export async function searchPlaces(
  sources: readonly Source[],
  canaries: readonly PlacedCanary[],
  signal?: AbortSignal,
): Promise<Searched> {
  const searcher = new Searcher(canaries);
  const places = new Map<string, PlaceKind>();
  const findings = new Map<string, Finding>();
  for (const source of sources) {
    const { kind } = source;
    for await (const { place, bytes } of source.values()) {
      signal?.throwIfAborted();
      places.set(kind === 'file' ? 'files of the data folder' : place, kind);
      for (const { canary, encoding } of searcher.search(bytes)) {
        if (canary.mayStandIn(kind, place)) continue;
        const key = `${place} ${canary.name}`;
        if (!findings.has(key)) findings.set(key, { kind, place, canary: canary.name, encoding });
      }
    }
  }
  return { places, findings: [...findings.values()] };
}
