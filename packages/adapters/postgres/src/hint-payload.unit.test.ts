import { fc, it } from '@fast-check/vitest';
import type { Notice } from '@sealpost/domain';
import { describe, expect } from 'vitest';
import {
  greetingItem,
  hintItem,
  lostItem,
  noticeItems,
  packed,
  type Told,
  unpacked,
} from './hint-payload.ts';

const limit = 8_000;
const anId = fc.string({ unit: 'binary', maxLength: 128 });
const aHint = fc.record({
  conversation: anId,
  from: fc.nat(),
  to: fc.nat(),
  version: fc.nat(),
  entries: fc.constant(null),
});

const heardBy = (self: string, payload: string): readonly Told[] => {
  const heard = unpacked(payload, self);
  return heard === null || heard === 'own' ? [] : heard;
};

describe('payloads of hints', () => {
  it.prop([fc.array(aHint, { maxLength: 300 }), fc.integer({ min: 1, max: 5 })])(
    'are below the limit of NOTIFY, and hold every hint once and in order',
    (hints, atOnce) => {
      const items = hints.map(hintItem);
      const heard: unknown[] = [];
      for (let told = 0; told < items.length;) {
        const { payloads, taken } = packed('a process', items.slice(told), atOnce);
        expect(payloads.length).toBeLessThanOrEqual(atOnce);
        for (const payload of payloads) {
          expect(Buffer.byteLength(payload)).toBeLessThan(limit);
          heard.push(...heardBy('another', payload));
        }
        told += taken;
      }
      expect(heard).toEqual(hints.map((hint) => ({ kind: 'hint', hint })));
    },
  );

  it('hold a notice of any length in as many items as it needs', () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => `account-${index}`.padEnd(32, 'x'));
    const event = { kind: 'typing', account: 'a', device: 'd', payload: new Uint8Array(1_024) };
    const notice = { kind: 'ephemeral', conversation: 'c', to: ids, event } as Notice;
    const { payloads } = packed('a process', noticeItems(notice), 1_000);
    expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(limit);
    const heard = payloads.flatMap((payload) => heardBy('another', payload));
    const told = heard.flatMap((one) =>
      one.kind === 'notice' && one.notice.kind === 'ephemeral' ? one.notice.to : [],
    );
    expect(told).toEqual(ids);
  });

  it('leave out one item that is too long, and no other', () => {
    const items = [lostItem, JSON.stringify(['d', 'x'.repeat(limit)]), lostItem];
    const { payloads, taken } = packed('a process', items, 9);
    expect(taken).toBe(3);
    const heard = payloads.flatMap((payload) => heardBy('another', payload));
    expect(heard).toEqual([{ kind: 'lost' }, { kind: 'lost' }]);
  });

  it('tell nothing to the process that they come from', () => {
    const [payload = ''] = packed('a process', [lostItem], 1).payloads;
    expect(unpacked(payload, 'a process')).toBe('own');
  });

  it('tell nothing but who is there when they greet', () => {
    const [payload = ''] = packed('another', [greetingItem], 1).payloads;
    expect(unpacked(payload, 'a process')).toEqual([]);
  });

  it('may hold what a newer release tells: the rest is heard', () => {
    const payload = JSON.stringify(['another', ['new', 1], 7, ['e', 'c', '1', 2, 3], ['b']]);
    expect(unpacked(payload, 'a process')).toEqual([{ kind: 'lost' }]);
  });

  it.prop([fc.oneof(fc.string(), fc.json())])('are never a fault, whoever made them', (payload) => {
    expect(() => unpacked(payload, 'a process')).not.toThrow();
  });

  it.each(['', '{}', 'null', '[]', '[1]', 'hello'])(
    'that are none of ours are told: %j',
    (payload) => {
      expect(unpacked(payload, 'a process')).toBeNull();
    },
  );
});
