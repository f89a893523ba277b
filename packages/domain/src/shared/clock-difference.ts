/**
 * What is compared with times that other processes stamped is looked for so much further back, in milliseconds: their
 * clocks may be behind, and what was stamped is on its way to the store for a while. Of a minute some 20 s are the longest
 * that a store is waited for; the rest is for machines on which the time is kept badly.
 */
export const clockDifferenceMs = 60_000;
