import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '@sealpost/adapter-system';
import {
  CompareHistories,
  type ComparedHistories,
  type ConversationId,
  type ConversationLog,
  MoveHistory,
  type MoveFindings,
  type MoveSurvey,
  nothingCompared,
  surveyMove,
} from '@sealpost/domain';
import { type Backends, type MovingStores, stepsDue } from '../backends/backends.ts';
import type { Config } from '../config/schema.ts';
import { StartError } from '../lifecycle/start-error.ts';
import { withStores } from './open-stores.ts';

/** Names of adapters, of which one serves `history` and the other `moving`. */
export interface MoveDirection {
  readonly from: string;
  readonly to: string;
}

/** What is to be moved where. */
export interface MoveOrder extends MoveDirection {
  /** Milliseconds without work after each page of entries. */
  readonly pauseMs: number;
  /** Conversations that are moved side by side. */
  readonly atOnce: number;
}

/**
 * Moves the history while servers use it, and `told` hears how far it is. It goes on where an earlier run ended.
 *
 * @throws StartError when the configuration names no two stores, or others, or the order of things would not be safe.
 */
export const moveHistory = (
  config: Config,
  { from, to, pauseMs, atOnce }: MoveOrder,
  told: (soFar: MoveFindings) => void,
): Promise<MoveFindings> =>
  withMovingStores(config, async (stores) => {
    const move = new MoveHistory({
      ...logsNamed(stores, { from, to }),
      clock: new SystemClock(),
      pause: async () => (pauseMs > 0 ? pause(pauseMs) : undefined),
      atOnce,
    });
    if (!(await move.begin())) {
      throw new StartError(
        'target_in_use',
        `${to} has a history of its own. Only an empty one, or one that was moved before, can be moved to.`,
      );
    }
    for (let after: ConversationId | null = null; ;) {
      after = await move.step(after);
      told(move.found);
      if (after === null) return move.found;
    }
  });

/** What there is to be moved. Changes nothing, and takes as long as reading the heads of all conversations. */
export const surveyHistory = (config: Config, direction: MoveDirection): Promise<MoveSurvey> =>
  withMovingStores(config, async (stores) => {
    const { from, to } = logsNamed(stores, direction);
    return surveyMove(from, to);
  });

/** Compares what both stores have, and changes nothing. */
export const compareHistories = (config: Config): Promise<ComparedHistories> =>
  withMovingStores(config, async ({ here, there }) => {
    const compare = new CompareHistories(here.log, there.log);
    let found = nothingCompared;
    for (let after: ConversationId | null = null; ;) {
      const step = await compare.step(after);
      found = {
        conversations: found.conversations + step.found.conversations,
        entries: found.entries + step.found.entries,
        differing: found.differing + step.found.differing,
      };
      if (step.next === null) return found;
      after = step.next;
    }
  });

async function withMovingStores<T>(
  config: Config,
  work: (stores: MovingStores) => Promise<T>,
): Promise<T> {
  if (config.moving.kind === 'none') {
    throw new StartError(
      'not_moving',
      'moving.kind is none: servers know of one store only, and could not follow. Set moving to the other store, ' +
        'restart every server with it, and then move.',
    );
  }
  return withStores(config, async (backends: Backends) => {
    if (backends.moving === null) throw new Error('what is configured is opened');
    if ((await stepsDue(backends)).length > 0)
      throw new StartError('migrations_due', 'The stores are not prepared. Run sealpost migrate.');
    return work(backends.moving);
  });
}

function logsNamed(stores: MovingStores, { from, to }: MoveDirection) {
  const named = (name: string): ConversationLog => {
    const found = [stores.here, stores.there].find((one) => one.name === name);
    if (!found) throw notOneOf(stores, name);
    return found.log;
  };
  if (from === to) throw notOneOf(stores, to);
  return { from: named(from), to: named(to) };
}

const notOneOf = ({ here, there }: MovingStores, name: string): StartError =>
  new StartError(
    'other_stores',
    `${JSON.stringify(name)} is not what the configuration moves: that is ${here.name} and ${there.name}, one of them from and the other to.`,
  );
