import { keyedHash, MemoryRateLimiter } from '@sealpost/adapter-rate-limits';
import { RateGate } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { clock, config, csrfSecret, log, meter, sharedLimiter, timers } = TOKENS;

const sweepMs = 60_000;
/** A limiter that fails does so with every call: its metric counts them all, the log tells it now and then. */
const tellMs = 60_000;

/** How often what may be done. */
export const limitsModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(
      bind,
      TOKENS.throttle,
      { sharedLimiter, config, csrfSecret, meter, clock, log },
      (parts) => {
        let toldAt = -Infinity;
        return new RateGate({
          counting: {
            process: new MemoryRateLimiter(parts.config.limits.rates),
            deployment: parts.sharedLimiter,
          },
          hash: keyedHash(parts.csrfSecret),
          meter: parts.meter,
          failed: (fault) => {
            const now = parts.clock.monotonic();
            if (now < toldAt + tellMs) return;
            toldAt = now;
            parts.log(faultRecord('rate limits', fault));
          },
        });
      },
    );
    bindFrom(
      bind,
      TOKENS.limitCare,
      { sharedLimiter, timers, log },
      (parts) =>
        new Recurring({
          run: () => parts.sharedLimiter.sweep(),
          everyMs: sweepMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('rate limits', fault)),
        }),
    );
  });
