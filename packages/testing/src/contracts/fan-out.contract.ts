import { describe, expect } from 'vitest';
import type { EntriesHint, FanOut, Notice } from '@sealpost/domain';
import { aFoundingAppend } from '../builders/append.ts';
import { bytesOf } from '../builders/bytes.ts';
import { aConversationId, anAccountId, anInstant, many } from '../builders/ids.ts';
import { plain } from './plain.ts';
import { testsOf, type FanOutSubject } from './subject.ts';

type Heard = { readonly hint: EntriesHint } | { readonly notice: Notice } | 'break';

/** Listens until it has heard something like that; hints come late, so this waits for them and for nothing else. */
class Listener {
  readonly heard: Heard[] = [];
  stop: () => Promise<void> = async () => {};
  #waiting: (() => void)[] = [];

  static async on(fanOut: FanOut): Promise<Listener> {
    const listener = new Listener();
    const hear = (heard: Heard): void => {
      listener.heard.push(heard);
      listener.#waiting.splice(0).forEach((wake) => wake());
    };
    listener.stop = await fanOut.subscribe({
      hint: (hint) => hear({ hint }),
      notice: (notice) => hear({ notice }),
      onBreak: () => hear('break'),
    });
    return listener;
  }

  async until(like: (heard: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(like);
      if (found) return found;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  hintOf(conversation: string): Promise<Heard> {
    return this.until(
      (heard) => heard !== 'break' && 'hint' in heard && heard.hint.conversation === conversation,
    );
  }
}

const aHint = (conversation = aConversationId()): EntriesHint => ({
  conversation,
  from: 4,
  to: 7,
  entries: null,
});
const notices: Notice[] = [
  { kind: 'sessions_revoked', sessions: ['one', 'two'] },
  { kind: 'cursors_moved', conversation: 'some conversation', account: 'some account' },
  { kind: 'stock_changed', account: 'some account', device: 'some device' },
  { kind: 'devices_changed', account: 'some account' },
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
      const hint = aHint();
      here.publish(hint);
      for (const listener of listeners)
        expect(await listener.hintOf(hint.conversation)).toEqual({ hint });
      const back = aHint();
      there.publish(back);
      for (const listener of listeners)
        expect(await listener.hintOf(back.conversation)).toEqual({ hint: back });
    });

    it('brings the entries along as they are, or leaves them to be read', async ({
      here,
      there,
    }) => {
      const listener = await Listener.on(there);
      const { draft, parts } = aFoundingAppend();
      const { conversation } = draft;
      const entries = [{ ...draft, parts, seq: 1, acceptedAt: anInstant, loud: 0 }];
      here.publish({ conversation, from: 1, to: 1, entries });
      const heard = await listener.hintOf(conversation);
      const brought = heard !== 'break' && 'hint' in heard ? heard.hint.entries : undefined;
      expect(brought).not.toBeUndefined();
      expect([plain(null), plain(entries)]).toContainEqual(plain(brought));
    });

    it('carries every kind of notice to every process', async ({ here, there }) => {
      const listeners = [await Listener.on(here), await Listener.on(there)];
      for (const notice of notices) here.announce(notice);
      for (const listener of listeners) {
        for (const { kind } of notices) {
          await listener.until(
            (heard) => heard !== 'break' && 'notice' in heard && heard.notice.kind === kind,
          );
        }
        const heard = listener.heard.flatMap((item) =>
          item !== 'break' && 'notice' in item ? [item.notice] : [],
        );
        for (const notice of notices) expect(heard.map(plain)).toContainEqual(plain(notice));
      }
    });

    it('tells a listener nothing after it unsubscribed', async ({ here, there }) => {
      const [leaving, staying] = [await Listener.on(there), await Listener.on(there)];
      await leaving.stop();
      await leaving.stop();
      const hint = aHint();
      here.publish(hint);
      here.announce({ kind: 'devices_changed', account: anAccountId() });
      await staying.hintOf(hint.conversation);
      await staying.until((heard) => heard !== 'break' && 'notice' in heard);
      expect(leaving.heard.filter((heard) => heard !== 'break')).toEqual([]);
    });

    it('loses no hint of many processes without a break being told (G5)', async ({
      here,
      there,
      interrupt,
    }) => {
      const listeners = [await Listener.on(here), await Listener.on(there)];
      const before = many(16, () => aHint());
      before.forEach((hint, index) => (index % 2 ? here : there).publish(hint));
      await interrupt();
      const during = many(16, () => aHint());
      during.forEach((hint, index) => (index % 2 ? here : there).publish(hint));
      for (const listener of listeners) {
        for (const { conversation } of [...before, ...during]) {
          await Promise.race([
            listener.hintOf(conversation),
            listener.until((heard) => heard === 'break'),
          ]);
        }
        const broken = listener.heard.includes('break');
        const missing = [...before, ...during].filter(
          ({ conversation }) =>
            !listener.heard.some(
              (heard) =>
                heard !== 'break' && 'hint' in heard && heard.hint.conversation === conversation,
            ),
        );
        expect(broken || missing.length === 0).toBe(true);
      }
    });

    it('carries hints again after a break', async ({ here, there, interrupt }) => {
      const listener = await Listener.on(there);
      await interrupt();
      // What is published before the channel is back may be lost: it is published until it arrives.
      const hint = aHint();
      let arrived = false;
      const arrival = listener.hintOf(hint.conversation).then(() => (arrived = true));
      while (!arrived) {
        here.publish(hint);
        await Promise.race([arrival, new Promise((resolve) => setImmediate(resolve))]);
      }
      await arrival;
      expect(arrived).toBe(true);
    });
  });
}
