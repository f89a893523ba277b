import type { Checker } from './checker.ts';
import { caughtUp } from './promises/caught-up.ts';
import { closed } from './promises/closed.ts';
import { complete } from './promises/complete.ts';
import { cutInTime } from './promises/cut-in-time.ts';
import { dense } from './promises/dense.ts';
import { drains } from './promises/drains.ts';
import { durable } from './promises/durable.ts';
import { idempotent } from './promises/idempotent.ts';
import { lease } from './promises/lease.ts';
import { leavesRoom } from './promises/leaves-room.ts';
import { monotone } from './promises/monotone.ts';
import { neverStuck } from './promises/never-stuck.ts';
import { noForgeries } from './promises/no-forgeries.ts';
import { once } from './promises/once.ts';
import { oneConnection } from './promises/one-connection.ts';
import { oneWinner } from './promises/one-winner.ts';
import { prompt } from './promises/prompt.ts';
import { refusedRightly } from './promises/refused-rightly.ts';
import { said } from './promises/said.ts';
import { sameOrder } from './promises/same-order.ts';
import { saysNo } from './promises/says-no.ts';
import { shutOut } from './promises/shut-out.ts';
import { shown } from './promises/shown.ts';
import { staysIn } from './promises/stays-in.ts';
import { typing } from './promises/typing.ts';

/** At least one for each promise, fresh for one run. */
export const allCheckers = (): readonly Checker[] => [
  durable(),
  dense(),
  sameOrder(),
  idempotent(),
  complete(),
  prompt(),
  said(),
  closed(),
  shutOut(),
  oneWinner(),
  leavesRoom(),
  refusedRightly(),
  monotone(),
  shown(),
  caughtUp(),
  staysIn(),
  lease(),
  oneConnection(),
  typing(),
  once(),
  neverStuck(),
  saysNo(),
  cutInTime(),
  drains(),
  noForgeries(),
];
