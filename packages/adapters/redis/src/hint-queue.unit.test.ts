import type { EntriesHint } from '@sealpost/domain';
import { aConversationId, aFoundingAppend, anInstant, many } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { packed, unpacked } from './hint-message.ts';
import { HintQueue } from './hint-queue.ts';

const conversation = aConversationId();
const hintOf = (seq: number, bytes = 10): EntriesHint => {
  const { draft } = aFoundingAppend();
  const parts = [{ audience: 'all' as const, bytes: new Uint8Array(bytes) }];
  const entry = { ...draft, conversation, parts, seq, acceptedAt: anInstant, loud: 0 };
  return { conversation, from: seq, to: seq, version: 1, entries: [entry] };
};
const taken = (queue: HintQueue): unknown[] =>
  packed('a process', queue.take()).flatMap(({ payload }) => unpacked(payload, 'another') ?? []);

describe('what waits to be told', () => {
  it('is one hint for each conversation, with the entries as long as they follow on each other', () => {
    const queue = new HintQueue();
    const hints = [hintOf(1), hintOf(2), hintOf(3)];
    for (const hint of hints) queue.addHint(hint);
    const entries = hints.flatMap((hint) => hint.entries ?? []);
    const joined = { conversation, from: 1, to: 3, version: 1, entries };
    expect(taken(queue)).toEqual([{ kind: 'hint', hint: joined }]);
    for (const seq of [1, 3]) queue.addHint(hintOf(seq));
    expect(taken(queue)).toEqual([{ kind: 'hint', hint: { ...joined, entries: null } }]);
  });

  it('brings no more ciphertext along than a bound', () => {
    const queue = new HintQueue();
    const hints = many(400, () => hintOf(1, 16_000));
    for (const hint of hints) {
      const other = aConversationId();
      const entries = hint.entries?.map((entry) => ({ ...entry, conversation: other })) ?? null;
      queue.addHint({ ...hint, conversation: other, entries });
    }
    const bytes = queue.take().reduce((sum, item) => sum + item.length, 0);
    expect(bytes).toBeLessThan(6 * 1_024 * 1_024);
  });

  it('is dropped beyond a bound, of which the others are told', () => {
    const queue = new HintQueue();
    const hint = { ...hintOf(1), entries: null };
    const outcomes = many(10_001, () =>
      queue.addHint({ ...hint, conversation: aConversationId() }),
    );
    expect(outcomes.filter((isKept) => !isKept)).toHaveLength(1);
    expect(taken(queue)[0]).toEqual({ kind: 'lost' });
    expect(queue.isEmpty).toBe(true);
  });

  it('is the same notice once', () => {
    const queue = new HintQueue();
    for (const _ of [1, 2]) queue.addNotice({ kind: 'devices_changed', account: 'a' });
    expect(taken(queue)).toHaveLength(1);
  });
});
