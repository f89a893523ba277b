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

async function markRestored(model: LogModel, real: RealLog, again: boolean): Promise<void> {
  model.incarnation += 1;
  const { incarnation } = model;
  await real.log.markRestored(incarnation);
  if (again) await real.log.markRestored(incarnation);
  for (const log of model.logs) {
    if (log.entries.length > 0) log.restores.push({ incarnation, head: log.entries.length });
  }
}

/** Restores the deployment; `again` marks it again, as after a crash in the middle. */
export const restore = fc
  .boolean()
  .map((again) =>
    command<LogModel, RealLog>(`restore(${again ? 'again' : ''})`, (model, real) =>
      markRestored(model, real, again),
    ),
  );
