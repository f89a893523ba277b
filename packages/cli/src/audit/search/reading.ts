/** Bytes as they are meant by whoever wrote them in some encoding, which `name` tells. */
export interface Reading {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether they begin where something of its own begins; false for a guess at an alignment. */
  readonly isWhole: boolean;
}
