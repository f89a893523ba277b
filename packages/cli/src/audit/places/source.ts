/** What a place is; canaries differ in where they may stand. */
export type PlaceKind = 'column' | 'file' | 'log' | 'metrics' | 'answer';

export interface PlacedValue {
  /** Named for people: `entries.parts`, `server log`. */
  readonly place: string;
  readonly bytes: Uint8Array;
}

/**
 * Everything that stands in the places of one kind. Another store, a cache, a queue or the bodies of pushes are further
 * sources; nothing else has to know of them.
 */
export interface Source {
  readonly kind: PlaceKind;
  values(): AsyncIterable<PlacedValue>;
}
