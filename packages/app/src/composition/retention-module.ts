import { CutExpired, ForgetSessions } from '@sealpost/domain';
import { ContainerModule } from 'inversify';
import { faultRecord } from '../log/fault-record.ts';
import { Recurring } from '../runtime/recurring.ts';
import { bindFrom } from './bind-from.ts';
import { TOKENS } from './tokens.ts';

const { clock, config, conversationLog, cutExpired, forgetSessions, log, meter } = TOKENS;
const { retentionWork, sessions, timers } = TOKENS;

const dayMs = 24 * 60 * 60_000;
const everyMs = 60_000;
/** A sweep that is longer goes on next time. */
const stepsAtOnce = 100;

/** Takes steps until one says that there is nothing left. */
async function sweep(step: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < stepsAtOnce; steps++) if (await step()) return;
}

/** What is older than the deployment keeps it. Every process sweeps: it is harmless that others do so too. */
export const retentionModule = (): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bindFrom(bind, cutExpired, { log: conversationLog, clock, meter, config }, (parts) => {
      const { days } = parts.config.retention;
      return new CutExpired(parts, days === null ? Infinity : days * dayMs);
    });
    bindFrom(bind, forgetSessions, { sessions, clock }, (parts) => new ForgetSessions(parts));
    bindFrom(
      bind,
      retentionWork,
      { cutExpired, forgetSessions, timers, log },
      (parts) =>
        new Recurring({
          run: async () => {
            await sweep(() => parts.cutExpired.step());
            await sweep(() => parts.forgetSessions.step());
          },
          everyMs,
          timers: parts.timers,
          failed: (fault) => parts.log(faultRecord('retention', fault)),
        }),
    );
  });
