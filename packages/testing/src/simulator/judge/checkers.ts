import type { Checker } from './checker.ts';
import { caughtUp, closed, complete, monotone } from './delivery-promises.ts';
import { dense, durable, idempotent, oneWinner, sameOrder } from './log-promises.ts';
import { drains, lease, neverStuck, once, saysNo } from './other-promises.ts';

/** One for each promise, fresh for one run. */
export const allCheckers = (): readonly Checker[] => [
  durable(),
  dense(),
  sameOrder(),
  idempotent(),
  complete(),
  closed(),
  oneWinner(),
  monotone(),
  caughtUp(),
  lease(),
  once(),
  neverStuck(),
  saysNo(),
  drains(),
];
