import { gzipSync } from 'node:zlib';
import type { PlaceKind, PlacedValue, Source } from './places/source.ts';
import type { Canary } from './search/searcher.ts';

/** A deliberate leak in each kind of place, every one in another writing. Columns and files get theirs by the tour. */
const writings: Partial<Record<PlaceKind, (bytes: Uint8Array) => Uint8Array>> = {
  log: (bytes) => Buffer.from(JSON.stringify({ body: gzipSync(bytes).toString('base64') })),
  metrics: (bytes) => Buffer.from(`sealpost_sent{text="${Buffer.from(bytes).toString('hex')}"} 1`),
  answer: (bytes) => Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf16le'),
};

/** The source with the canary in its last place. */
export function planted(source: Source, { bytes }: Canary): Source {
  const write = writings[source.kind];
  if (!write) return source;
  return {
    kind: source.kind,
    async *values() {
      let last: PlacedValue | null = null;
      for await (const value of source.values()) yield (last = value);
      if (last) yield { place: last.place, bytes: write(bytes) };
    },
  };
}
