import { accountCanaries } from './account-canaries.ts';
import type { Canary } from './canary.ts';
import { closedCanaries } from './closed-canaries.ts';
import { deliveryCanaries } from './delivery-canaries.ts';
import { deviceCanaries } from './device-canaries.ts';
import { lateCanaries } from './late-canaries.ts';
import { logCanaries } from './log-canaries.ts';

/** Every deliberate bug that the checkers must catch. */
export const canaries: readonly Canary[] = [
  ...logCanaries,
  ...deliveryCanaries,
  ...closedCanaries,
  ...accountCanaries,
  ...deviceCanaries,
  ...lateCanaries,
];
