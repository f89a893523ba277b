import fc from 'fast-check';
import { command, pick } from '../command.ts';
import type { LogModel } from './log-model.ts';
import type { RealLog } from './real-log.ts';

/** Stores the state at some change; an older one than the stored one changes nothing. */
export const saveSnapshot = fc.tuple(fc.nat({ max: 1 }), fc.nat()).map(([conversation, position]) =>
  command<LogModel, RealLog>(`saveSnapshot(${conversation}, ${position})`, async (model, real) => {
    const log = model.log(conversation);
    const version = pick(log.changes(), position);
    if (version === undefined) return;
    await real.log.saveSnapshot(real.id(conversation), version, `state at ${version}`);
    log.snapshot = Math.max(version, log.snapshot ?? 0);
  }),
);

async function restoreOnce(model: LogModel, real: RealLog, twice: boolean): Promise<void> {
  const incarnation = real.nextIncarnation();
  await real.log.markRestored(incarnation);
  if (twice) await real.log.markRestored(incarnation);
  for (const log of model.logs) {
    if (log.entries.length > 0) log.restores.push({ incarnation, head: log.entries.length });
  }
}

/** Restores the deployment, once or twice in a script; `again` marks it again, as after a crash in the middle. */
export const restore = fc.boolean().map((again) => ({
  ...command<LogModel, RealLog>(`restore(${again ? 'again' : ''})`, (model, real) =>
    restoreOnce(model, real, again),
  ),
  check: (model: LogModel) =>
    model.logs.some(({ entries, restores }) => entries.length > 0 && restores.length < 2),
}));
