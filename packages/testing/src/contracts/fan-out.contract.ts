import { describe, expect, vi } from 'vitest';
import type { EntriesHint, Notice } from '@sealpost/domain';
import { aFoundingAppend } from '../builders/append.ts';
import { bytesOf } from '../builders/bytes.ts';
import { aConversationId, anAccountId, anInstant, many } from '../builders/ids.ts';
import { Listener } from './fan-out/listener.ts';
import { plain } from './plain.ts';
import { testsOf, type FanOutSubject } from './subject.ts';

const aHint = (): EntriesHint => ({
  conversation: aConversationId(),
  from: 4,
  to: 7,
  version: 5,
  entries: null,
});
const notices: Notice[] = [
  { kind: 'sessions_revoked', sessions: ['one', 'two'] },
  { kind: 'cursors_moved', conversation: 'some conversation', account: 'some account' },
  { kind: 'stock_changed', account: 'some account', device: 'some device' },
  { kind: 'devices_changed', account: 'some account' },
  { kind: 'superseded', processes: ['one', 'two'] },
  {
    kind: 'ephemeral',
    conversation: 'some conversation',
    to: ['one', 'two'],
    event: {
      kind: 'typing',
      account: 'some account',
      device: 'some device',
      payload: bytesOf('\u0000ÿ'),
    },
  },
];

/** The specification of `FanOut` (G5: a hint may be lost, but never without a word). */
export function fanOutContract(subject: FanOutSubject): void {
  const it = testsOf(subject);

  describe(`FanOut: ${subject.name}`, () => {
    it('carries hints to every process, the own one included', async ({ here, there }) => {
      const listeners = [
        await Listener.on(here),
        await Listener.on(there),
        await Listener.on(there),
      ];
      for (const from of [here, there]) {
        const hint = aHint();
        from.publish(hint);
        for (const listener of listeners) {
          await listener.until(() => listener.hintOf(hint.conversation) !== undefined);
          expect(listener.hintOf(hint.conversation)).toEqual(hint);
        }
      }
    });

    it('brings the entries along as they are, or leaves them to be read', async ({
      here,
      there,
    }) => {
      const listener = await Listener.on(there);
      const { draft, parts } = aFoundingAppend();
      const { conversation } = draft;
      const entries = [{ ...draft, parts, seq: 1, acceptedAt: anInstant, loud: 0 }];
      here.publish({ conversation, from: 1, to: 1, version: 1, entries });
      await listener.until(() => listener.hintOf(conversation) !== undefined);
      const brought = listener.hintOf(conversation)?.entries;
      expect([null, plain(entries)]).toContainEqual(plain(brought));
    });

    it('carries every kind of notice to every process', async ({ here, there }) => {
      const listeners = [await Listener.on(here), await Listener.on(there)];
      for (const notice of notices) here.announce(notice);
      for (const listener of listeners) {
        const kinds = () => new Set(listener.notices.map(({ kind }) => kind));
        await listener.until(() => kinds().size === notices.length);
        expect(listener.notices.map(plain)).toEqual(expect.arrayContaining(notices.map(plain)));
      }
    });

    it('tells a listener nothing after it unsubscribed', async ({ here, there }) => {
      const [leaving, staying] = [await Listener.on(there), await Listener.on(there)];
      await leaving.stop();
      await leaving.stop();
      const hint = aHint();
      here.publish(hint);
      here.announce({ kind: 'devices_changed', account: anAccountId() });
      await staying.until(() => staying.hintOf(hint.conversation) !== undefined);
      await staying.until(() => staying.notices.length > 0);
      expect(leaving.heard.filter(({ kind }) => kind !== 'break')).toEqual([]);
    });

    it('loses no hint without telling of a break (G5)', async ({ here, there, interrupt }) => {
      const listeners = [await Listener.on(here), await Listener.on(there)];
      const hints = many(32, aHint);
      const publish = (hint: EntriesHint, index: number) =>
        (index % 2 ? here : there).publish(hint);
      hints.slice(0, 16).forEach(publish);
      await interrupt();
      hints.slice(16).forEach(publish);
      for (const listener of listeners) {
        const isComplete = () => hints.every(({ conversation }) => listener.hintOf(conversation));
        await listener.until(() => listener.broken || isComplete());
        expect(listener.broken || isComplete()).toBe(true);
      }
    });

    it('carries hints again after a break', async ({ here, there, interrupt }) => {
      const listener = await Listener.on(there);
      await interrupt();
      // What is published before the channel is back may be lost: it is published until it arrives.
      const hint = aHint();
      const isHeard = (): boolean => {
        here.publish(hint);
        return listener.hintOf(hint.conversation) !== undefined;
      };
      await vi.waitUntil(isHeard, { timeout: 30_000, interval: 20 });
      expect(listener.hintOf(hint.conversation)).toEqual(hint);
    });
  });
}
