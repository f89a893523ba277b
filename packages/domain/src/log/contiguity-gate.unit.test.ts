import { memoryStores } from '@sealpost/adapter-memory';
import {
  aCommitAppend,
  aFault,
  aFoundingAppend,
  aMessageAppend,
  aCut,
  TallyMeter,
  turn,
} from '@sealpost/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeState } from '../conversation/state-codec.ts';
import { assert } from '../shared/assert.ts';
import type { ConversationId, Seq } from '../shared/ids.ts';
import { CachedLog } from './cached-log.ts';
import { ContiguityGate } from './contiguity-gate.ts';
import type { ConversationLog } from './conversation-log.port.ts';
import type { EntriesHint } from './fan-out.port.ts';
import { loadState } from './loaded-state.ts';

/** Reads as slowly, and failing as often, as the test says; each entry of `reads` is one read's turns, negative: it fails. */
function slow(log: ConversationLog, reads: readonly number[], most = { atOnce: 0 }) {
  let count = 0;
  let underWay = 0;
  return new Proxy(log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        const turns = name === 'page' || name === 'load' ? (reads[count++] ?? 0) : 0;
        if (name === 'page') most.atOnce = Math.max(most.atOnce, ++underWay);
        for (let left = Math.abs(turns); left > 0; left--) await turn();
        if (name === 'page') underWay -= 1;
        if (turns < 0) throw aFault();
        return Reflect.apply(member, target, args);
      };
    },
  });
}

class GateUnderTest {
  readonly store = memoryStores().log;
  /** Per conversation the ranges in which entries were pushed. */
  readonly pushed = new Map<ConversationId, Seq[][]>();
  readonly versions = new Map<ConversationId, Seq>();
  faults = 0;
  serves = true;
  mayPush = true;
  readonly meter = new TallyMeter();
  readonly gate: ContiguityGate;
  /** Pages that were read. */
  readonly most = { atOnce: 0 };

  constructor(limit: number, reads: readonly number[] = []) {
    const sink = {
      serves: () => this.serves,
      mayPush: () => this.mayPush,
      push: (entries: readonly { conversation: string; seq: Seq }[]) => {
        const ranges = this.pushed.get(entries[0]?.conversation ?? '') ?? [];
        ranges.push(entries.map(({ seq }) => seq));
        this.pushed.set(entries[0]?.conversation ?? '', ranges);
      },
      failed: () => (this.faults += 1),
    };
    const log = new CachedLog(slow(this.store, reads, this.most), 100);
    this.gate = new ContiguityGate(log, sink, this.meter, limit);
  }

  /** Appends an entry; answers the hint that its sender would publish. */
  async append(
    conversation: ConversationId,
    isChange: boolean,
    withEntries: boolean,
  ): Promise<EntriesHint> {
    const version = this.versions.get(conversation) ?? 0;
    const append =
      version === 0
        ? aFoundingAppend({ conversation })
        : isChange
          ? aCommitAppend(version, { conversation })
          : aMessageAppend(version, { conversation });
    const [outcome] = await this.store.append([append]);
    assert(outcome?.code === 'appended', 'the test appends on the version in force');
    const { seq, acceptedAt, loud } = outcome;
    if (append.draft.change) this.versions.set(conversation, seq);
    const entries = [{ ...append.draft, parts: append.parts, seq, acceptedAt, loud }];
    const now = this.versions.get(conversation) ?? seq;
    return {
      conversation,
      from: seq,
      to: seq,
      version: now,
      entries: withEntries ? entries : null,
    };
  }

  seqs(conversation: ConversationId): Seq[] {
    return (this.pushed.get(conversation) ?? []).flat();
  }

  async sweep(): Promise<void> {
    await this.gate.compare(await this.store.movedSince(0, 100));
    for (let turns = 0; turns < 40; turns++) await turn();
  }

  async head(conversation: ConversationId): Promise<Seq> {
    return (await this.store.heads([conversation])).get(conversation)?.seq ?? 0;
  }
}

const following = (seqs: readonly Seq[]): boolean =>
  seqs.every((seq, index) => index === 0 || seq === (seqs[index - 1] ?? 0) + 1);

/** What happens to the hint of an entry, and how long the world turns before the next one. */
const anyStep = fc.record({
  conversation: fc.constantFrom('one', 'two'),
  isChange: fc.boolean(),
  withEntries: fc.boolean(),
  fate: fc.constantFrom('told', 'told', 'lost', 'doubled', 'late', 'late'),
  turns: fc.nat({ max: 3 }),
});
const anyReads = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 });

async function tell(
  test: GateUnderTest,
  steps: readonly (typeof anyStep extends fc.Arbitrary<infer T> ? T : never)[],
): Promise<void> {
  const late: EntriesHint[] = [];
  for (const { conversation, isChange, withEntries, fate, turns } of steps) {
    const hint = await test.append(conversation, isChange, withEntries);
    if (fate === 'late') late.unshift(hint);
    if (fate === 'told' || fate === 'doubled') test.gate.offer(hint);
    if (fate === 'doubled') test.gate.offer(hint);
    for (let left = turns; left > 0; left--) await turn();
    if (late.length > 2) test.gate.offer(late.pop() ?? hint);
  }
  for (const hint of late) test.gate.offer(hint);
}

describe('the contiguity gate', () => {
  it('lets every entry through once and in order, whatever becomes of hints, and gets to the head (G3, G5)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 1, maxLength: 30 }),
        anyReads,
        async (steps, reads) => {
          const test = new GateUnderTest(10, reads);
          await tell(test, steps);
          await test.sweep();
          for (const conversation of new Set(steps.map((step) => step.conversation))) {
            const seqs = test.seqs(conversation);
            expect(seqs).toSatisfy(following);
            expect(seqs.at(-1)).toBe(await test.head(conversation));
          }
          expect(test.faults).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('recovers from reads that fail, and misses nothing that came after its first hint', async () => {
    const failing = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 5, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 1, maxLength: 20 }),
        failing,
        async (steps, reads) => {
          const test = new GateUnderTest(10, reads);
          await tell(test, steps);
          for (let sweeps = 0; sweeps < 30; sweeps++) {
            await test.sweep();
            const [one, two] = [test.seqs('one').at(-1) ?? 0, test.seqs('two').at(-1) ?? 0];
            if (one === (await test.head('one')) && two === (await test.head('two'))) break;
          }
          for (const conversation of new Set(steps.map((step) => step.conversation))) {
            expect(test.seqs(conversation)).toSatisfy(following);
            expect(test.seqs(conversation).at(-1)).toBe(await test.head(conversation));
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('forgets conversations beyond its limit, begins again with the next hint, and still gets to the head', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 1, maxLength: 20 }),
        anyReads,
        async (steps, reads) => {
          const test = new GateUnderTest(1, reads);
          await tell(test, steps);
          await test.sweep();
          await test.sweep();
          for (const conversation of new Set(steps.map((step) => step.conversation))) {
            for (const range of test.pushed.get(conversation) ?? [])
              expect(range).toSatisfy(following);
            expect(Math.max(...test.seqs(conversation))).toBe(await test.head(conversation));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('passes hinted entries on at once, without a read', async () => {
    const test = new GateUnderTest(10);
    test.gate.offer(await test.append('one', false, true));
    await turn();
    const hint = await test.append('one', false, true);
    test.gate.offer(hint);
    expect(test.seqs('one')).toEqual([1, 2]);
  });

  it('passes on what is new of a hint that overlaps with what was pushed, without a read', async () => {
    const test = new GateUnderTest(10);
    const first = await test.append('one', false, true);
    test.gate.offer(first);
    await turn();
    const second = await test.append('one', false, true);
    const entries = [first, second].flatMap((hint) => hint.entries ?? []);
    test.gate.offer({ ...second, from: 1, entries });
    expect(test.seqs('one')).toEqual([1, 2]);
    expect(test.meter.of('ranges_reread')).toBe(0);
  });

  it('takes a hint with a hole in it for one without entries', async () => {
    const test = new GateUnderTest(10);
    const hints = [];
    for (let entries = 0; entries < 4; entries++) hints.push(await test.append('one', false, true));
    test.gate.offer(hints[0] ?? (await test.append('one', false, true)));
    await turn();
    const entries = [hints[1], hints[3]].flatMap((hint) => hint?.entries ?? []);
    test.gate.offer({ conversation: 'one', from: 2, to: 4, version: 1, entries });
    await turn();
    expect(test.seqs('one')).toEqual([1, 2, 3, 4]);
  });

  it('pushes nothing while nobody is here, and begins with what comes after somebody is', async () => {
    const test = new GateUnderTest(10);
    test.serves = false;
    for (let entries = 0; entries < 3; entries++)
      test.gate.offer(await test.append('one', true, true));
    await test.sweep();
    expect(test.seqs('one')).toEqual([]);
    test.serves = true;
    test.gate.offer(await test.append('one', false, true));
    await turn();
    expect(test.seqs('one')).toEqual([4]);
  });

  it('pushes the head of a conversation that was never hinted', async () => {
    const test = new GateUnderTest(10);
    for (let entries = 0; entries < 3; entries++) await test.append('one', false, false);
    await test.sweep();
    expect(test.seqs('one')).toEqual([3]);
    await test.sweep();
    expect(test.seqs('one')).toEqual([3]);
  });

  it('compares many conversations a few at a time', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `conversation ${index}`);
    const test = new GateUnderTest(
      100,
      Array.from({ length: 60 }, () => 3),
    );
    for (const name of names) await test.append(name, false, false);
    await test.sweep();
    expect(names.map((name) => test.seqs(name))).toEqual(names.map(() => [1]));
    expect(test.most.atOnce).toBe(4);
  });

  it('goes on above the floor when what it lacks was cut', async () => {
    const test = new GateUnderTest(10);
    test.gate.offer(await test.append('one', true, true));
    await turn();
    for (let entries = 0; entries < 5; entries++) await test.append('one', entries === 1, false);
    const known = await loadState(test.store, 'one');
    assert(known !== null, 'there are entries');
    const state = encodeState(known.state);
    await test.store.cut({ ...aCut('one', 4, 3, 3), state });
    await test.sweep();
    expect(test.seqs('one')).toEqual([1, 5, 6]);
    for (let entries = 0; entries < 2; entries++) await test.append('one', false, false);
    await test.store.cut({ ...aCut('one', 8, 3, 3), state });
    await test.sweep();
    test.gate.offer(await test.append('one', false, true));
    await turn();
    expect(test.seqs('one')).toEqual([1, 5, 6, 9]);
  });
});
