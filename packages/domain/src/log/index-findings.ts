/** What a comparison of the conversation index with the logs found. */
export interface IndexFindings {
  readonly conversations: number;
  /** Accounts that are or were members, each in each of its conversations. */
  readonly memberships: number;
  /** Of the index, whomever they are of. */
  readonly rows: number;
  /** Of those the index lacks, or ends too early: their devices are not told what they may read. */
  readonly understated: number;
  /**
   * Of those the index still has as open, and its rows of accounts that were to become members and cannot any more: they
   * cost a look at the log at each connect, and show nobody anything.
   */
  readonly overstated: number;
  /** Rows of accounts that are no members and may be about to become some. */
  readonly pending: number;
  /** How many of both were put right. */
  readonly repaired: number;
}

export const nothingFound: IndexFindings = {
  conversations: 0,
  memberships: 0,
  rows: 0,
  understated: 0,
  overstated: 0,
  pending: 0,
  repaired: 0,
};

export const addFindings = (a: IndexFindings, b: IndexFindings): IndexFindings => ({
  conversations: a.conversations + b.conversations,
  memberships: a.memberships + b.memberships,
  rows: a.rows + b.rows,
  understated: a.understated + b.understated,
  overstated: a.overstated + b.overstated,
  pending: a.pending + b.pending,
  repaired: a.repaired + b.repaired,
});

/** A comparison that is made in steps; `next` null: there are no more. */
export interface IndexWalk<Place> {
  step(
    after: Place | null,
  ): Promise<{ readonly found: IndexFindings; readonly next: Place | null }>;
}

/** What all steps found; `told` hears how far it is between two of them. */
export async function findingsOf<Place>(
  walk: IndexWalk<Place>,
  told: (soFar: IndexFindings) => void = () => undefined,
): Promise<IndexFindings> {
  let found = nothingFound;
  for (let after: Place | null = null; ; told(found)) {
    const step = await walk.step(after);
    found = addFindings(found, step.found);
    if (step.next === null) return found;
    after = step.next;
  }
}
