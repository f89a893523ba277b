import { setTimeout as pause } from 'node:timers/promises';
import type { Append, AppendOutcome, ConversationId, Seq } from '@sealpost/domain';
import { MongoBulkWriteError } from 'mongodb';
import { empty } from './clear-entries.ts';
import { failed, type Database } from './database.ts';
import {
  bytesOf,
  isWhole,
  STORE,
  tenureIn,
  type EntryDocument,
  type LogDocument,
  type Standing,
} from './documents.ts';
import { isDuplicateKey } from './driver-fault.ts';
import { Lanes } from './lanes.ts';
import { judge, refused, sendKey, type Judged, type Send } from './judge.ts';
import { limited } from './limited.ts';
import type { StoredLog } from './stored-log.ts';
import { Tenures } from './tenures.ts';
import { WriteLease } from './write-lease.ts';

const OPERATION = 'log.append';
/** After so many numbers that others got first, a process waits for its turn. */
const LOSSES_WITHOUT_TURN = 2;
/** Milliseconds in which a flush takes its numbers or fails. */
const LIMIT_MS = 20_000;
const AT_ONCE = 16;
const REMEMBERED = 2_000;

interface Prepared {
  readonly log: LogDocument;
  readonly judged: Judged;
}

/**
 * Appends to each conversation of a flush on its own: judges on what is stored, numbers the entries after the newest one
 * and inserts them in order. A unique index lets each number be taken once; whoever loses one judges the rest anew. So a
 * flush may get in piece by piece, and an answer is always of a state that the log had.
 *
 * Only below the floor a number can be free again, for a process that slept between reading the head and inserting.
 * After each insert it reads how far documents may have been deleted; a number up to there is no answer.
 */
export class Appender {
  readonly #database: Database;
  readonly #stored: StoredLog;
  readonly #lease: WriteLease;
  readonly #tenures: Tenures;
  /** Callers in one process would only take numbers from each other. */
  readonly #lanes = new Lanes();
  /** Where this process left conversations. What was added since takes the next number, which is how it is found out. */
  readonly #left = new Map<ConversationId, Standing>();

  constructor(database: Database, stored: StoredLog) {
    this.#database = database;
    this.#stored = stored;
    this.#lease = new WriteLease(database);
    this.#tenures = new Tenures(database, stored);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const places = Map.groupBy(batch.keys(), (place) => batch[place]?.draft.conversation ?? '');
    const outcomes: AppendOutcome[] = [];
    await limited([...places], AT_ONCE, async ([conversation, own]) => {
      const items = own.flatMap((place) => batch[place] ?? []);
      const answers = await this.#lanes.run(conversation, () =>
        this.#appendTo(conversation, items),
      );
      own.forEach((place, index) => {
        const answer = answers[index];
        if (answer) outcomes[place] = answer;
      });
    });
    return outcomes;
  }

  async #appendTo(
    conversation: ConversationId,
    items: readonly Append[],
  ): Promise<readonly AppendOutcome[]> {
    const deadline = performance.now() + LIMIT_MS;
    const answers: AppendOutcome[] = [];
    let turn: string | null = null;
    try {
      for (let losses = 0; answers.length < items.length; losses++) {
        if (performance.now() > deadline) throw failed(OPERATION, 'contended', true);
        const rest = items.slice(answers.length);
        const prepared = await this.#prepare(conversation, rest, losses === 0);
        const mustWait = losses >= LOSSES_WITHOUT_TURN || this.#lease.isTaken(prepared.log);
        if (prepared.judged.documents.length > 0 && turn === null && mustWait) {
          turn = await this.#lease.take(conversation, deadline);
          continue;
        }
        const settled = await this.#store(conversation, prepared.judged);
        answers.push(...prepared.judged.outcomes.slice(0, settled));
        // What stands in the way may not be acknowledged by a majority yet, and so cannot be seen.
        if (settled === 0) {
          const taken = prepared.judged.documents[0]?.document.seq;
          if (taken !== undefined) await this.#tenures.unblock(conversation, taken);
          await pause(Math.random() * Math.min(1 << losses, 32));
        }
      }
      return answers;
    } finally {
      if (turn !== null) await this.#lease.give(conversation, turn);
    }
  }

  /** The head is read before the sends: what is not found then was not there when the head was as it was read. */
  async #prepare(
    conversation: ConversationId,
    items: readonly Append[],
    mayRemember: boolean,
  ): Promise<Prepared> {
    const left = mayRemember ? this.#left.get(conversation) : undefined;
    const newest = left ?? (await this.#stored.newest(conversation));
    const [log, found] = await Promise.all([
      this.#stored.places(conversation),
      this.#sends(conversation, items),
    ]);
    // It was written to elsewhere, and cut there, before it came back.
    if (left !== undefined && left.seq < log.floor)
      return this.#prepare(conversation, items, false);
    const sends = new Map<string, Send>();
    const cut: Seq[] = [];
    for (const document of found) {
      if (!isWhole(document)) continue;
      const { seq, acceptedAt, device, clientId, supersedes = null } = document;
      const send = { seq, acceptedAt, digest: bytesOf(document.digest), supersedes };
      if (seq > log.floor || seq === log.keep) sends.set(sendKey(device, clientId), send);
      else cut.push(seq);
    }
    if (tenureIn(log).state !== 'open') return { log, judged: refused(items, () => 'closed') };
    const judged = judge(newest, sends, items);
    // Nobody is refused on what this process remembers.
    const isRefusing = judged.outcomes.some(({ code }) => code !== 'appended' && code !== 'known');
    if (left !== undefined && isRefusing) return this.#prepare(conversation, items, false);
    if (judged.documents.length > 0) {
      if (newest === null && !(await this.#mayFound(conversation)))
        return {
          log,
          judged: refused(items, ({ basis }) => (basis === 0 ? 'closed' : 'stale')),
        };
      // They would keep their client ids from being used anew.
      await empty(this.#database, conversation, cut);
    }
    return { log, judged };
  }

  /** The log's document is there before this is asked, so that whoever closes the store finds it. */
  async #mayFound(conversation: ConversationId): Promise<boolean> {
    await this.#stored.found(conversation);
    return tenureIn(await this.#stored.places(STORE)).state === 'open';
  }

  /** Also what another device sent under the same client id, which is not asked about. */
  async #sends(
    conversation: ConversationId,
    items: readonly Append[],
  ): Promise<readonly EntryDocument[]> {
    const devices = items.map(({ draft }) => draft.sender.device);
    const clientIds = items.flatMap(({ draft: { clientId, after } }) =>
      after === null ? [clientId] : [clientId, after],
    );
    const { entries, limitMs } = this.#database;
    return this.#database.call('log.sends', () =>
      entries
        .find(
          {
            conversation,
            device: { $in: [...new Set(devices)] },
            clientId: { $in: [...new Set(clientIds)] },
          },
          {
            projection: {
              seq: 1,
              device: 1,
              clientId: 1,
              acceptedAt: 1,
              digest: 1,
              supersedes: 1,
            },
            maxTimeMS: limitMs,
          },
        )
        .toArray(),
    );
  }

  /** Answers how many of the items, from the first on, are settled with it. */
  async #store(
    conversation: ConversationId,
    { documents, outcomes, ended }: Judged,
  ): Promise<number> {
    const inserted = await this.#insert(documents.map(({ document }) => document));
    const [first] = documents;
    if (first !== undefined && inserted > 0) await this.#confirm(conversation, first.document.seq);
    this.#remember(conversation, documents[inserted - 1]?.document);
    const settled = documents[inserted]?.item ?? outcomes.length;
    const commits = ended.slice(0, settled).flatMap((commit) => commit ?? []);
    await this.#dropJoinerParts(conversation, commits);
    return settled;
  }

  #remember(conversation: ConversationId, standing: Standing | undefined): void {
    this.#left.delete(conversation);
    if (standing === undefined) return;
    const { seq, version, loud, acceptedAt } = standing;
    this.#left.set(conversation, { seq, version, loud, acceptedAt });
    const [oldest] = this.#left.keys();
    if (this.#left.size > REMEMBERED && oldest !== undefined) this.#left.delete(oldest);
  }

  /** Answers how many got in before one whose number or client id was taken. */
  async #insert(documents: readonly EntryDocument[]): Promise<number> {
    if (documents.length === 0) return 0;
    return this.#database.call('log.insert', async () => {
      try {
        await this.#database.entries.insertMany([...documents], { ordered: true });
        return documents.length;
      } catch (error) {
        const onlyTaken = isDuplicateKey(error) && error instanceof MongoBulkWriteError;
        if (!onlyTaken || error.result.getWriteConcernError() !== undefined) throw error;
        return error.insertedCount;
      }
    });
  }

  async #confirm(conversation: ConversationId, first: Seq): Promise<void> {
    const { cleared } = await this.#stored.places(conversation);
    if (first <= cleared) throw failed(OPERATION, 'overtaken_by_cut', true);
  }

  /** Readers leave them out from the instant that the entry is there; this takes the bytes. */
  async #dropJoinerParts(conversation: ConversationId, commits: readonly Seq[]): Promise<void> {
    if (commits.length === 0) return;
    await this.#database.call('log.drop_joiner_parts', () =>
      this.#database.entries.updateMany(
        { conversation, seq: { $in: [...commits] } },
        { $unset: { joinerParts: '' } },
      ),
    );
  }
}
