import { memoryStores } from '@sealpost/adapter-memory';
import {
  aConversationId,
  aFault,
  aFoundingAppend,
  aMessageAppend,
  many,
  overriding,
  someBytes,
  TallyMeter,
  TestTime,
  turn,
} from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { AdapterFailure } from '../shared/adapter-failure.ts';
import type { ConversationId } from '../shared/ids.ts';
import type { Append, AppendOutcome, ConversationLog } from './conversation-log.port.ts';
import { GroupCommitLog, type GroupCommitOptions } from './group-commit-log.ts';

/** A store whose flushes end when the test lets them. */
class HeldLog {
  readonly flushes: (readonly Append[])[] = [];
  readonly #ends: (() => void)[] = [];
  #faults = 0;
  readonly log: ConversationLog;

  constructor() {
    const { log } = memoryStores();
    this.log = overriding(log, { append: (batch) => this.#append(log, batch) });
  }

  get sizes(): number[] {
    return this.flushes.map((flush) => flush.length);
  }

  failNext(): void {
    this.#faults += 1;
  }

  async end(): Promise<void> {
    this.#ends.shift()?.();
    await turn();
    await turn();
  }

  async #append(
    target: ConversationLog,
    batch: readonly Append[],
  ): Promise<readonly AppendOutcome[]> {
    this.flushes.push(batch);
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    if (this.#faults === 0) return target.append(batch);
    this.#faults -= 1;
    throw aFault();
  }
}

function aGroupCommit(
  options: Partial<GroupCommitOptions> = {},
  written = (): Promise<void> => Promise.resolve(),
) {
  const held = new HeldLog();
  const meter = new TallyMeter();
  const all = { lanes: 1, flushItems: 100, flushBytes: 1_000, ...options };
  const log = new GroupCommitLog(held.log, all, {
    turn: { next: turn, written },
    clock: new TestTime(),
    meter,
  });
  const answers: string[] = [];
  /** Appends one item and notes the answer when it comes. */
  const give = (append: Append, name = 'item'): void => {
    void log.append([append]).then(
      ([outcome]) => answers.push(`${name} ${outcome?.code}`),
      () => answers.push(`${name} failed`),
    );
  };
  return { held, log, meter, answers, give };
}
const founding = (conversation: ConversationId = aConversationId(), bytes = 0): Append =>
  aFoundingAppend({ conversation }, { parts: [{ audience: 'all', bytes: someBytes(bytes) }] });

describe('group commit', () => {
  it('takes what arrives in one turn together, and a quiet server waits for nothing but that turn', async () => {
    const { held, give, answers } = aGroupCommit();
    give(founding());
    await turn();
    expect(held.sizes).toEqual([1]);
    await held.end();
    expect(answers).toEqual(['item appended']);
    for (const append of many(3, () => founding())) give(append);
    await turn();
    expect(held.sizes).toEqual([1, 3]);
    await held.end();
    expect(answers).toHaveLength(4);
  });

  it('gathers what arrives while a flush is under way, and flushes all of it next', async () => {
    const { held, give } = aGroupCommit();
    give(founding());
    await turn();
    for (const append of many(5, () => founding())) give(append);
    await turn();
    expect(held.sizes).toEqual([1]);
    await held.end();
    expect(held.sizes).toEqual([1, 5]);
  });

  it('gives what waits to the store before it answers what is stored, and answers in order', async () => {
    const { held, log } = aGroupCommit();
    const given: number[] = [];
    const give = () => void log.append([founding()]).then(() => given.push(held.flushes.length));
    give();
    await turn();
    give();
    give();
    expect(held.sizes).toEqual([1]);
    await held.end();
    expect(given).toEqual([2]);
    expect(held.sizes).toEqual([1, 2]);
    await held.end();
    expect(given).toEqual([2, 2, 2]);
  });

  it('lets what the first of a flush set off leave before it answers the next', async () => {
    const leaving: number[] = [];
    const commit = aGroupCommit({ flushBytes: 1 << 20 }, async () => {
      await turn();
      leaving.push(commit.answers.length);
    });
    for (const append of many(40, () => founding())) commit.give(append);
    await turn();
    await commit.held.end();
    for (const _ of [1, 2, 3]) await turn();
    expect(commit.held.sizes).toEqual([40]);
    expect(leaving).toEqual([16, 32]);
    expect(commit.answers).toHaveLength(40);
  });

  it('takes what comes while it answers, also when nothing comes after that', async () => {
    const { held, log, answers } = aGroupCommit({ flushBytes: 1 << 20 });
    const give = (again: boolean): void =>
      void log.append([founding()]).then(() => {
        answers.push('answered');
        if (again) give(false);
      });
    many(40, (index) => give(index === 0));
    await turn();
    await held.end();
    await held.end();
    expect(held.sizes).toEqual([40, 1]);
    expect(answers).toHaveLength(41);
  });

  it('flushes at most so many items and bytes at once, in order, and one item that is larger alone', async () => {
    const { held, give, meter } = aGroupCommit({ flushItems: 3, flushBytes: 100 });
    const appends = [10, 10, 10, 10, 60, 60, 500, 1].map((bytes) => founding(undefined, bytes));
    for (const append of appends) give(append);
    await turn();
    for (const _ of appends) await held.end();
    expect(held.sizes).toEqual([3, 2, 1, 1, 1]);
    expect(held.flushes.flat()).toEqual(appends);
    expect(meter.observed.get('flush_size')).toEqual(held.sizes);
  });

  it('fails everything of a flush that fails, and the next flush works', async () => {
    const { held, give, answers } = aGroupCommit();
    const appends = many(2, () => founding());
    held.failNext();
    for (const append of appends) give(append, 'first');
    await turn();
    give(founding(), 'second');
    await held.end();
    await held.end();
    expect(answers).toEqual(['first failed', 'first failed', 'second appended']);
    for (const append of appends) give(append, 'again');
    await turn();
    await held.end();
    expect(answers.slice(3)).toEqual(['again appended', 'again appended']);
  });

  it('answers each item by itself: stale ones of one conversation neither fail nor delay others', async () => {
    const { held, give, answers } = aGroupCommit();
    const conversation = aConversationId();
    give(founding(conversation), 'founding');
    give(aMessageAppend(7, { conversation }), 'stale');
    give(founding(), 'other');
    give(aMessageAppend(1, { conversation }), 'message');
    await turn();
    await held.end();
    expect(answers).toEqual([
      'founding appended',
      'stale stale',
      'other appended',
      'message appended',
    ]);
    expect(held.sizes).toEqual([4]);
  });

  it('keeps a conversation in one lane, in order, while other lanes go on', async () => {
    const { held, give, answers } = aGroupCommit({ lanes: 8 });
    const conversations = many(8, (index) => `conversation ${index}`);
    for (const conversation of conversations) give(founding(conversation), conversation);
    await turn();
    const lanes = held.flushes.length;
    expect(lanes).toBeGreaterThan(1);
    for (const conversation of conversations)
      give(aMessageAppend(1, { conversation }), conversation);
    for (const _ of many(2 * lanes, () => 0)) await held.end();
    for (const conversation of conversations) {
      const own = held.flushes.flat().filter(({ draft }) => draft.conversation === conversation);
      expect(own.map(({ draft }) => draft.kind)).toEqual(['created', 'message']);
    }
    expect(answers.filter((answer) => answer.endsWith('appended'))).toHaveLength(16);
  });

  it('turns away what would fill the memory while a flush does not end, and takes it afterwards (G16)', async () => {
    const { held, log, answers } = aGroupCommit({ flushBytes: 1 << 30 });
    const MiB = 1 << 20;
    // One buffer for all: only its length counts.
    const parts = [{ audience: 'all' as const, bytes: someBytes(MiB) }];
    const give = (): void =>
      void log.append([aFoundingAppend({}, { parts })]).then(
        () => answers.push('appended'),
        (fault: unknown) => answers.push(fault instanceof AdapterFailure ? fault.detail : ''),
      );
    give();
    await turn();
    for (const _ of many(66, () => 0)) give();
    await turn();
    expect(answers).toEqual(['overloaded', 'overloaded', 'overloaded']);
    await held.end();
    await held.end();
    expect(answers.filter((answer) => answer === 'appended')).toHaveLength(64);
    give();
    await turn();
    await held.end();
    expect(answers.at(-1)).toBe('appended');
  });

  it('answers a batch in its order, also when it takes several flushes', async () => {
    const { held, log } = aGroupCommit({ flushItems: 2, lanes: 3 });
    const appends = many(7, () => founding());
    const outcomes = log.append([...appends, ...appends]);
    for (const _ of many(20, () => 0)) await held.end();
    expect((await outcomes).map(({ code }) => code)).toEqual([
      ...many(7, () => 'appended'),
      ...many(7, () => 'known'),
    ]);
  });
});
