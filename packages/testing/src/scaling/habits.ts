/** How people use a messenger. These are assumptions, not measurements: whoever knows their own users puts in theirs. */
export interface Habits {
  /** Messages that half of the people stay below on a day, and how far the others go beyond: a log-normal distribution. */
  readonly messagesMedian: number;
  readonly messagesSpread: number;
  /** How often a device opens the application on a day, and for how many minutes. */
  readonly sessionsPerDevice: number;
  readonly sessionMinutes: number;
  /** Shares of people with 1, 2 and 3 devices, in thousandths. */
  readonly devices: readonly [number, number, number];
  /** Where messages go, in thousandths, and to how many other members. */
  readonly conversations: readonly { readonly perMille: number; readonly others: number }[];
  /** How many people of a thousand live in each time zone, by hours from UTC. */
  readonly zones: readonly { readonly perMille: number; readonly hours: number }[];
  /** How much happens in each hour of a person's day, in any unit. */
  readonly hours: readonly number[];
}

export const usual: Habits = {
  messagesMedian: 12,
  messagesSpread: 1.2,
  sessionsPerDevice: 20,
  sessionMinutes: 6,
  devices: [600, 300, 100],
  conversations: [
    { perMille: 700, others: 1 },
    { perMille: 200, others: 5 },
    { perMille: 80, others: 20 },
    { perMille: 20, others: 150 },
  ],
  zones: [
    { perMille: 250, hours: -5 },
    { perMille: 350, hours: 1 },
    { perMille: 250, hours: 5 },
    { perMille: 150, hours: 8 },
  ],
  hours: [2, 1, 1, 1, 1, 2, 4, 8, 10, 10, 10, 11, 12, 11, 10, 10, 11, 12, 13, 14, 14, 12, 8, 4],
};
