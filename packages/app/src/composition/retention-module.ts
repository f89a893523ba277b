import { CutExpired } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { clock, config, conversationLog, cutExpired, log, meter, retentionWork, timers } = TOKENS;

const dayMs = 24 * 60 * 60_000;
const everyMs = 60_000;
/** A sweep that is longer goes on next time. */
const stepsAtOnce = 100;

/** What is older than the deployment keeps it. Every process sweeps: it is harmless that others do so too. */
export const retentionModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(bind, cutExpired, { log: conversationLog, clock, meter, config }, (parts) => {
      const { days } = parts.config.retention;
      return new CutExpired(parts, days === null ? Infinity : days * dayMs);
    });
    bindFrom(
      bind,
      retentionWork,
      { cutExpired, timers, log },
      (parts) =>
        new Recurring({
          run: async () => {
            for (let steps = 0; steps < stepsAtOnce; steps++)
              if (await parts.cutExpired.step()) return;
          },
          everyMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('retention', fault)),
        }),
    );
  });
