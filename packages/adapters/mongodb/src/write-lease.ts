import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConversationId } from '@sealpost/domain';
import type { Database } from './database.ts';
import type { LogDocument } from './documents.ts';

/** How long a turn lasts when its process dies, in milliseconds. */
const TURN_MS = 1_000;
/** Milliseconds between two looks at whether a turn has ended: at first, and at most. */
const LOOK_MS = { first: 8, most: 64 };

/**
 * Turns in which processes append to a conversation that several of them write to: whoever lost a number twice takes
 * one, and the others wait for its end. They are for fairness only. Clocks that differ, or a process that sleeps through
 * its turn, make numbers be lost again, and nothing else.
 */
export class WriteLease {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether it is somebody's turn. One that would last longer than any turn is of a clock that is wrong. */
  isTaken({ lease }: Pick<LogDocument, 'lease'>): boolean {
    const now = Date.now();
    return lease !== undefined && lease.until > now && lease.until <= now + TURN_MS;
  }

  /** Takes a turn when nobody has one, and answers who has it now; null when none was free by `deadline`. */
  async take(conversation: ConversationId, deadline: number): Promise<string | null> {
    const holder = randomUUID();
    let lookMs = LOOK_MS.first;
    do {
      const now = Date.now();
      const { matchedCount } = await this.#database.call('log.take_turn', () =>
        this.#database.logs.updateOne(
          {
            _id: conversation,
            $or: [
              { lease: { $exists: false } },
              { 'lease.until': { $lte: now } },
              { 'lease.until': { $gt: now + TURN_MS } },
            ],
          },
          { $set: { lease: { holder, until: now + TURN_MS } } },
        ),
      );
      if (matchedCount > 0) return holder;
      await pause(lookMs * (0.5 + Math.random()));
      lookMs = Math.min(2 * lookMs, LOOK_MS.most);
    } while (performance.now() < deadline);
    return null;
  }

  /** Ends a turn early. That it cannot be ended hinders nobody for longer than it lasts. */
  async give(conversation: ConversationId, holder: string): Promise<void> {
    await this.#database
      .call('log.give_turn', () =>
        this.#database.logs.updateOne(
          { _id: conversation, 'lease.holder': holder },
          { $unset: { lease: '' } },
        ),
      )
      .catch(() => undefined);
  }
}
