import type { Clock, RandomSource } from '@sealpost/domain';
import { v7 } from 'uuid';

/** A fresh client id: a UUID of version 7 (RFC 9562, 5.7). */
export const newClientId = (clock: Clock, random: RandomSource): string =>
  v7({ msecs: clock.now(), random: random.bytes(16) });
