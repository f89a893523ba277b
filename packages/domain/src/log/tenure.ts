/**
 * Whether a log takes entries. While a history is moved a conversation has a log in two stores, of which at most one is
 * open; every change of either has a higher term than both, so that nobody who slept undoes what came later.
 */
export interface Tenure {
  readonly term: number;
  /** `closed` and `refused` take nothing and stay readable; `refused` also says that the other store's log is the one that counts. */
  readonly state: 'open' | 'closed' | 'refused';
}

/** A log that was never closed. */
export const firstTenure: Tenure = { term: 0, state: 'open' };

export const isSameTenure = (a: Tenure, b: Tenure): boolean =>
  a.term === b.term && a.state === b.state;

export type Place = 'here' | 'there';

/**
 * Which of two logs of one conversation counts: the open one; else, while it is handed over, the one that was open last
 * and so has everything. Of two open ones, which only a restored backup can leave, the one that was opened later.
 */
export function whereItIs(here: Tenure, there: Tenure): Place {
  const newer = there.term > here.term ? 'there' : 'here';
  const isOpen = [here.state === 'open', there.state === 'open'];
  if (isOpen[0] !== isOpen[1]) return isOpen[0] ? 'here' : 'there';
  if (here.state === 'refused' && there.state === 'closed') return 'there';
  if (there.state === 'refused' && here.state === 'closed') return 'here';
  return newer;
}
