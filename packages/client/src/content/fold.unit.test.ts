import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Content, DecodedContent } from './content.ts';
import { foldContent, type ContentEntry } from './fold.ts';

let last = 0;
/** An entry of `account` under the next number; its client id is that number. */
function entry(account: string, content: DecodedContent, device = 'phone'): ContentEntry {
  last += 1;
  return { seq: last, sender: { account, device }, clientId: `${last}`, content };
}
const text = (account: string, words: string) => entry(account, { kind: 'text', text: words });
const edit = (account: string, target: ContentEntry, words: string) =>
  entry(account, { kind: 'edit', target: refTo(target), text: words }, 'laptop');
const remove = (account: string, target: ContentEntry) =>
  entry(account, { kind: 'delete', target: refTo(target) });
const react = (account: string, target: ContentEntry, emoji: string, on = true) =>
  entry(account, { kind: 'reaction', target: refTo(target), emoji, on });
const refTo = ({ sender, clientId }: ContentEntry) => ({ sender, clientId });
const messages = (...entries: readonly ContentEntry[]) => foldContent(entries).messages;

describe('what a conversation shows', () => {
  it('is its texts and replies in the order of the log', () => {
    const hello = text('alice', 'hello');
    const answer = entry('bob', { kind: 'reply', target: refTo(hello), text: 'hi' });
    expect(messages(answer, hello)).toEqual([
      {
        entry: hello,
        kind: 'text',
        text: 'hello',
        replyTo: null,
        edited: false,
        deleted: false,
        reactions: [],
      },
      {
        entry: answer,
        kind: 'reply',
        text: 'hi',
        replyTo: refTo(hello),
        edited: false,
        deleted: false,
        reactions: [],
      },
    ]);
  });

  it('has the last edit of the author, made on any of its devices', () => {
    const hello = text('alice', 'helo');
    const shown = messages(hello, edit('alice', hello, 'hell'), edit('alice', hello, 'hello'));
    expect(shown).toMatchObject([{ text: 'hello', edited: true, entry: { seq: hello.seq } }]);
  });

  it('has no edit or delete by anybody else', () => {
    const hello = text('alice', 'hello');
    const shown = messages(hello, edit('bob', hello, 'I owe you'), remove('bob', hello));
    expect(shown).toMatchObject([{ text: 'hello', edited: false, deleted: false }]);
  });

  it('has no text and no reactions of a deleted message, whatever comes later', () => {
    const hello = text('alice', 'hello');
    const shown = messages(
      hello,
      react('bob', hello, '👍'),
      remove('alice', hello),
      edit('alice', hello, 'again'),
      react('bob', hello, '❤️'),
    );
    expect(shown).toMatchObject([{ deleted: true, text: null, edited: false, reactions: [] }]);
  });

  it('has one reaction per account and emoji until it is taken back', () => {
    const hello = text('alice', 'hello');
    const shown = messages(
      hello,
      react('bob', hello, '👍'),
      react('bob', hello, '👍'),
      react('carol', hello, '👍'),
      react('bob', hello, '❤️'),
      react('alice', hello, '😀'),
      react('alice', hello, '😀', false),
    );
    expect(shown[0]?.reactions).toEqual([
      { emoji: '👍', accounts: ['bob', 'carol'] },
      { emoji: '❤️', accounts: ['bob'] },
    ]);
  });

  it('tells apart messages of two devices under one client id', () => {
    const sender = { account: 'alice', device: 'phone' };
    const one = { seq: 1, sender, clientId: 'x', content: { kind: 'text', text: 'one' } } as const;
    const two = { ...one, seq: 2, sender: { ...sender, device: 'laptop' } };
    const gone = {
      ...one,
      seq: 3,
      clientId: 'y',
      content: { kind: 'delete', target: refTo(two) },
    } as const;
    expect(messages(one, two, gone)).toMatchObject([{ deleted: false }, { deleted: true }]);
  });

  it('shows that something is unsupported or malformed, and lets its author delete but not edit it', () => {
    const raw = new Uint8Array([2]);
    const poll = entry('alice', { kind: 'unsupported', originalKind: 'poll', version: 1, raw });
    const broken = entry('alice', { kind: 'malformed' });
    const shown = messages(poll, broken, edit('alice', poll, 'x'), remove('alice', broken));
    expect(shown).toMatchObject([
      {
        kind: 'unsupported',
        text: null,
        edited: false,
        deleted: false,
        entry: { content: { raw } },
      },
      { kind: 'malformed', text: null, deleted: true },
    ]);
  });

  it('ignores changes of what is not there, comes later or is itself a change', () => {
    const [early, late] = [
      remove('alice', { ...text('alice', 'x'), clientId: 'unknown' }),
      text('alice', 'late'),
    ];
    const before = { ...remove('alice', late), seq: 0 };
    const hello = text('alice', 'hello');
    const change = edit('alice', hello, 'changed');
    const shown = messages(early, before, late, hello, change, remove('alice', change));
    expect(shown).toMatchObject([{ text: 'late' }, { text: 'changed' }]);
  });

  it('has the title of the last profile', () => {
    const [first, second] = ['one', 'two'].map((title) =>
      entry('alice', { kind: 'profile', title }),
    );
    expect(foldContent([second, first].filter((e) => e !== undefined)).title).toBe('two');
    expect(foldContent([text('alice', 'x')]).title).toBeNull();
  });
});

const accounts = fc.constantFrom('alice', 'bob');
const refs = fc.record({
  sender: fc.record({ account: accounts, device: fc.constantFrom('phone', 'laptop') }),
  clientId: fc.nat({ max: 3 }).map(String),
});
const contents: fc.Arbitrary<Content> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    text: fc.string({ minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('edit' as const),
    target: refs,
    text: fc.string({ minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('delete' as const), target: refs }),
  fc.record({
    kind: fc.constant('reaction' as const),
    target: refs,
    emoji: fc.constantFrom('👍', '😀'),
    on: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('profile' as const), title: fc.string({ maxLength: 3 }) }),
);
const logs = fc
  .array(fc.tuple(refs, contents), { maxLength: 25 })
  .map((log) => log.map(([ref, content], at): ContentEntry => ({ seq: at + 1, ...ref, content })));

describe('folding', () => {
  it.prop([logs, fc.infiniteStream(fc.nat())])(
    'does not depend on the order of the entries or on how often each is there',
    (log, random) => {
      const again = log.flatMap((one) =>
        Array.from({ length: 1 + (random.next().value % 3) }, () => one),
      );
      const shuffled = again
        .map((one) => ({ one, at: random.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
      expect(foldContent(shuffled)).toEqual(foldContent(log));
    },
  );

  it.prop([logs])(
    'takes the first entry under a client id, whatever comes under it again',
    (log) => {
      const seen = new Set<string>();
      const firsts = log.filter(({ sender, clientId }) => {
        const name = `${sender.account}/${sender.device}/${clientId}`;
        return !seen.has(name) && seen.add(name);
      });
      expect(foldContent(log)).toEqual(foldContent(firsts));
    },
  );

  it.prop([logs], { numRuns: 500 })("never lets one account change another's text", (log) => {
    const alone = log.filter(
      ({ sender, content }) => sender.account === 'alice' || content.kind === 'text',
    );
    const textsOf = (entries: readonly ContentEntry[]) =>
      foldContent(entries)
        .messages.filter(({ entry: { sender } }) => sender.account === 'alice')
        .map(({ entry: { seq }, text: words, deleted }) => ({ seq, words, deleted }));
    expect(textsOf(log)).toEqual(textsOf(alone));
  });
});
