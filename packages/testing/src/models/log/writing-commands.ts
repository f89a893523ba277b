import fc from 'fast-check';
import { expect } from 'vitest';
import type { ConversationId } from '@sealpost/domain';
import { aCut } from '../../builders/append.ts';
import { command, pick } from '../command.ts';
import type { LogModel, ModelLog } from './log-model.ts';
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

interface CutSpec {
  readonly conversation: number;
  /** How many entries, and which changes the state and the kept entry are at. */
  readonly count: number;
  readonly position: number;
  readonly keep: number;
}

async function cutLog(
  log: ModelLog,
  conversation: ConversationId,
  spec: CutSpec,
  real: RealLog,
): Promise<void> {
  const version = pick(log.changes(), spec.position) ?? 0;
  const keep = pick(log.changes(), spec.keep) ?? 0;
  const floor = log.floor + spec.count;
  const isCovered = log.changes().every((seq) => seq <= version || seq > floor);
  const isNewer = version >= (log.base ?? 0);
  const isOpen = log.tenure.state === 'open';
  const takes = isOpen && spec.count > 0 && floor <= log.entries.length && isCovered && isNewer;
  const told = await real.log.cut(aCut(conversation, floor, version, keep));
  expect(told).toBe(takes ? spec.count : 0);
  if (!takes) return;
  log.kept = keep <= floor && log.has(keep) ? keep : null;
  log.floor = floor;
  log.base = version;
  log.snapshot = Math.max(version, log.snapshot ?? 0);
}

/** Cuts a log anywhere, keeping some change, with the state at some change: only what is whole takes effect. */
export const cut = fc
  .record({
    conversation: fc.nat({ max: 1 }),
    count: fc.nat({ max: 6 }),
    position: fc.nat(),
    keep: fc.nat(),
  })
  .map((spec) =>
    command<LogModel, RealLog>(`cut(${JSON.stringify(spec)})`, (model, real) =>
      cutLog(model.log(spec.conversation), real.id(spec.conversation), spec, real),
    ),
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

async function turnLog(
  log: ModelLog,
  conversation: ConversationId,
  isOutdated: boolean,
  real: RealLog,
): Promise<void> {
  const { term, state } = log.tenure;
  const from = isOutdated ? term + 1 : term;
  const to = { term: term + 2, state: state === 'open' ? 'closed' : 'open' } as const;
  const takes = log.entries.length > 0 && !isOutdated;
  expect(await real.log.changeTenure(conversation, from, to)).toBe(takes);
  if (takes) log.tenure = to;
}

/** Closes a log that is open, and opens one that is not; a caller who does not know its term changes nothing. */
export const turn = fc
  .tuple(fc.nat({ max: 1 }), fc.boolean())
  .map(([conversation, isOutdated]) =>
    command<LogModel, RealLog>(`turn(${conversation}, ${isOutdated})`, (model, real) =>
      turnLog(model.log(conversation), real.id(conversation), isOutdated, real),
    ),
  );
