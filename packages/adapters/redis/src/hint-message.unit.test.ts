import { fc, it } from '@fast-check/vitest';
import { decodeMulti, encode } from '@msgpack/msgpack';
import type { EntriesHint, Entry, Notice } from '@sealpost/domain';
import { aFoundingAppend, anInstant } from '@sealpost/testing';
import { describe, expect } from 'vitest';
import { hintItem, lostItem, noticeItems, packed, unpacked } from './hint-message.ts';

const limit = 65_536;
const anId = fc.string({ unit: 'binary', maxLength: 128 });

const anEntry = (seq = 1, bytes = 100): Entry => {
  const { draft } = aFoundingAppend();
  const parts = [{ audience: 'all' as const, bytes: new Uint8Array(bytes).fill(seq) }];
  return { ...draft, parts, seq, acceptedAt: anInstant, loud: seq };
};
const hintOf = (...entries: readonly [Entry, ...Entry[]]): EntriesHint => ({
  conversation: entries[0].conversation,
  from: entries[0].seq,
  to: entries[0].seq + entries.length - 1,
  version: 1,
  entries,
});

const heardOf = (...items: readonly Uint8Array[]): unknown[] =>
  packed('a process', items).flatMap(({ payload }) => unpacked(payload, 'another') ?? []);
const hintHeard = (hint: unknown): unknown => {
  const payload = Buffer.concat([
    encode(['sealpost', 1, 'a process']),
    encode({ kind: 'hint', hint }),
  ]);
  return unpacked(payload, 'another');
};

describe('messages of hints', () => {
  it.prop([
    fc.array(
      fc.record({
        conversation: anId,
        from: fc.nat(),
        to: fc.nat(),
        version: fc.nat(),
        entries: fc.constant(null),
      }),
      { maxLength: 2_000 },
    ),
  ])('hold every hint once and in order, in messages of a bounded size', (hints) => {
    const messages = packed('a process', hints.map(hintItem));
    for (const { payload } of messages) expect(payload.length).toBeLessThanOrEqual(limit);
    expect(messages.reduce((sum, { items }) => sum + items, 0)).toBe(hints.length);
    const heard = messages.flatMap(({ payload }) => unpacked(payload, 'another') ?? []);
    expect(heard).toEqual(hints.map((hint) => ({ kind: 'hint', hint })));
  });

  it('bring small entries along exactly, in bytes that are nobody else’s', () => {
    const hint = hintOf(anEntry());
    const heard = heardOf(hintItem(hint));
    expect(heard).toEqual([{ kind: 'hint', hint }]);
    const [told] = heard as [{ hint: EntriesHint }];
    const bytes = told.hint.entries?.[0]?.parts[0]?.bytes;
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(Buffer.isBuffer(bytes)).toBe(false);
  });

  it('leave large entries to be read', () => {
    const hint = hintOf(anEntry(1, 20_000));
    expect(heardOf(hintItem(hint))).toEqual([{ kind: 'hint', hint: { ...hint, entries: null } }]);
  });

  it('leave entries to be read that are not the ones which the hint names', () => {
    const entry = anEntry();
    const hint = hintOf(entry);
    const without = [{ kind: 'hint', hint: { ...hint, entries: null } }];
    expect(hintHeard(hint)).toEqual([{ kind: 'hint', hint }]);
    const { digest: _, ...incomplete } = entry;
    for (const entries of [
      [],
      [entry, entry],
      [{ ...entry, seq: 2 }],
      [{ ...entry, conversation: 'another' }],
      [{ ...entry, parts: 'none' }],
      [{ ...entry, novelty: 1 }],
      [incomplete],
    ])
      expect(hintHeard({ ...hint, entries })).toEqual(without);
  });

  it.each([{ from: -1 }, { to: 1.5 }, { version: '1' }, { conversation: 7 }])(
    'hold no hint that is none: %j',
    (wrong) => {
      expect(hintHeard({ ...hintOf(anEntry()), ...wrong })).toEqual([]);
    },
  );

  it('hold a notice of any length in as many items as it needs', () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => `account-${index}`.padEnd(32, 'x'));
    const event = { kind: 'typing', account: 'a', device: 'd', payload: new Uint8Array(1_024) };
    const notice = { kind: 'ephemeral', conversation: 'c', to: ids, event } as Notice;
    const heard = heardOf(...noticeItems(notice)) as { notice: { to: string[] } }[];
    expect(heard.flatMap((told) => told.notice.to)).toEqual(ids);
  });

  it('leave out one item that is too long, and no other', () => {
    const [long] = noticeItems({ kind: 'devices_changed', account: 'x'.repeat(limit) });
    expect(heardOf(lostItem, long ?? lostItem, lostItem)).toEqual([
      { kind: 'lost' },
      { kind: 'lost' },
    ]);
  });

  it('tell nothing to the process that they come from', () => {
    const [message] = packed('a process', [lostItem]);
    expect(unpacked(message?.payload ?? new Uint8Array(), 'a process')).toEqual([]);
  });

  it('may hold what a newer release tells: the rest is heard', () => {
    const items = [encode({ kind: 'new' }), encode(7), lostItem];
    expect(heardOf(...items)).toEqual([{ kind: 'lost' }]);
  });

  it.prop([
    fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => encode(text)),
    ),
  ])('are never a fault, whoever made them', (payload) => {
    expect(unpacked(payload, 'another')).toBeNull();
  });

  it('that are none of ours are told', () => {
    const ours = packed('a process', [lostItem])[0]?.payload ?? Buffer.alloc(0);
    expect([...decodeMulti(ours)]).toHaveLength(2);
    for (const payload of [
      ours.subarray(0, -1),
      Buffer.concat([ours, Buffer.alloc(limit)]),
      Buffer.concat([encode(['sealpost', 2, 'a process']), lostItem]),
      Buffer.from('{"a":1}'),
    ])
      expect(unpacked(payload, 'another')).toBeNull();
  });
});
