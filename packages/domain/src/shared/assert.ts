/** A broken invariant: a bug of ours, never a consequence of input. */
export class InvariantBroken extends Error {
  constructor(invariant: string) {
    super(`invariant broken: ${invariant}`);
    this.name = 'InvariantBroken';
  }
}

export function assert(holds: boolean, invariant: string): asserts holds {
  if (!holds) throw new InvariantBroken(invariant);
}
