import { encode } from '@msgpack/msgpack';
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Content } from './content.ts';
import { decodeContent, encodeContent } from './content-codec.ts';
import { frameContent } from './content-frame.ts';
import { paddedLength } from './padding.ts';

const short = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const target = fc.record({ sender: fc.record({ account: short, device: short }), clientId: short });
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 800 });
const contents: fc.Arbitrary<Content> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({ kind: fc.constant('reply' as const), target, text }),
  fc.record({ kind: fc.constant('edit' as const), target, text }),
  fc.record({ kind: fc.constant('delete' as const), target }),
  fc.record({
    kind: fc.constant('reaction' as const),
    target,
    emoji: fc.constantFrom('👍', '❤️', '👩‍👩‍👧'),
    on: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('profile' as const),
    title: fc.string({ unit: 'grapheme', maxLength: 40 }),
  }),
);

function encoded(content: Content): Uint8Array {
  const result = encodeContent(content);
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.bytes;
}
const framed = (kind: string, fields: object, version = 1) =>
  frameContent({ version, kind, fields: encode(fields) });

describe('content', () => {
  it.prop([contents])('comes back as it was, from bytes of a padded length', (content) => {
    const bytes = encoded(content);
    expect(decodeContent(bytes)).toEqual(content);
    expect(paddedLength(bytes.length)).toBe(bytes.length);
  });

  it('has the documented layout', () => {
    const bytes = encoded({ kind: 'text', text: 'hi' });
    const fields = '81a474657874a26869';
    expect(Buffer.from(bytes).toString('hex')).toBe(
      `01${'00000010'}${'0001'}${'04'}${'74657874'}${fields}`.padEnd(512, '0'),
    );
  });

  it('of short messages has one length', () => {
    const lengths = ['a', 'a longer text, '.repeat(10)].map(
      (t) => encoded({ kind: 'text', text: t }).length,
    );
    expect(lengths).toEqual([256, 256]);
  });

  it.prop([
    short.filter((kind) => Buffer.byteLength(kind) < 256 && !['text', 'edit'].includes(kind)),
    fc.integer({ min: 1, max: 0xffff }),
    fc.uint8Array({ maxLength: 600 }),
  ])('of an unknown kind keeps its name and every byte', (kind, version, fields) => {
    const bytes = frameContent({ version, kind, fields });
    const decoded = decodeContent(bytes);
    expect(decoded).toEqual({ kind: 'unsupported', originalKind: kind, version, raw: bytes });
  });

  it.each([
    ['a known kind in a later version', framed('text', { text: 'x' }, 2), 'text', 2],
    ['a kind named like a property of every object', framed('constructor', {}), 'constructor', 1],
    ['a frame of a later version', new Uint8Array([2, 9, 9]), null, null],
  ])('of %s is unsupported, not lost', (_name, raw, originalKind, version) => {
    expect(decodeContent(raw)).toEqual({ kind: 'unsupported', originalKind, version, raw });
  });

  it('keeps its own copy of what it does not support', () => {
    const bytes = framed('poll', { question: 'x' });
    const decoded = decodeContent(bytes);
    bytes.fill(0);
    expect(decoded).toMatchObject({ originalKind: 'poll' });
    expect('raw' in decoded && decodeContent(decoded.raw)).toMatchObject({ originalKind: 'poll' });
  });

  it('may have more fields than this version knows', () => {
    const fields = { text: 'x', mentions: ['a'], kind: 'delete' };
    expect(decodeContent(framed('text', fields))).toEqual({ kind: 'text', text: 'x' });
  });
});

describe('content that breaks the format', () => {
  const good = encoded({ kind: 'text', text: 'hello' });
  const ref = { sender: { account: 'a', device: 'd' }, clientId: 'c' };
  const withByte = (at: number, byte: number) => good.map((old, i) => (i === at ? byte : old));

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['zeros', new Uint8Array(256)],
    ['a frame that ends early', good.subarray(0, 4)],
    ['a length beyond the end', withByte(3, 0xff)],
    ['padding that is not zero', withByte(255, 1)],
    ['a kind beyond the end', withByte(7, 255)],
    ['version 0', framed('text', { text: 'x' }, 0)],
    ['an empty kind', frameContent({ version: 1, kind: '', fields: new Uint8Array([0x80]) })],
    ['a kind that is no UTF-8', withByte(8, 0xff)],
    ['no fields', frameContent({ version: 1, kind: 'text', fields: new Uint8Array(0) })],
    ['fields that are no map', frameContent({ version: 1, kind: 'text', fields: encode('x') })],
    ['a field missing', framed('text', {})],
    ['a field of another type', framed('text', { text: 7 })],
    ['an empty text', framed('text', { text: '' })],
    ['a text over the limit', framed('text', { text: 'x'.repeat(65_537) })],
    [
      'a target without a device',
      framed('delete', { target: { ...ref, sender: { account: 'a' } } }),
    ],
    ['a reaction without a direction', framed('reaction', { target: ref, emoji: '👍' })],
    [
      'an emoji of many bytes',
      framed('reaction', { target: ref, emoji: 'x'.repeat(65), on: true }),
    ],
  ])('is malformed: %s', (_name, bytes) => {
    expect(decodeContent(bytes)).toEqual({ kind: 'malformed' });
  });

  it.prop([fc.uint8Array({ maxLength: 300 })])('never throws, whatever the bytes', (bytes) => {
    expect(decodeContent(bytes)).toHaveProperty('kind');
    const fields = frameContent({ version: 1, kind: 'reply', fields: bytes });
    expect(decodeContent(fields)).toHaveProperty('kind');
  });

  it('cannot make the decoder reserve memory that it does not have', () => {
    const header = [0xdd, 0x00, 0xff, 0xff, 0xff];
    const nested = new Uint8Array(Array.from({ length: 15_000 }, () => header).flat());
    const before = process.memoryUsage().heapUsed;
    const bytes = frameContent({ version: 1, kind: 'text', fields: nested });
    expect(decodeContent(bytes)).toEqual({ kind: 'malformed' });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });
});

describe('content that cannot be sent', () => {
  it('is a text over 64 KiB of UTF-8, whatever its number of characters', () => {
    const refused = { ok: false, code: 'text_too_long', limitBytes: 65_536 };
    expect(encodeContent({ kind: 'text', text: 'x'.repeat(65_537) })).toEqual(refused);
    expect(encodeContent({ kind: 'text', text: 'é'.repeat(32_769) })).toEqual(refused);
    const most = encoded({ kind: 'text', text: 'é'.repeat(32_768) });
    expect(most.length).toBeLessThan(72 * 1024);
    expect(decodeContent(most).kind).toBe('text');
  });

  it.each([
    ['text', { kind: 'text', text: '' }],
    ['text', { kind: 'text', text: 'half \ud83d' }],
    ['title', { kind: 'profile', title: 'x'.repeat(1025) }],
    [
      'target.clientId',
      { kind: 'delete', target: { sender: { account: 'a', device: 'd' }, clientId: '' } },
    ],
  ] as const)('is refused with the field at fault: %s', (field, content) => {
    expect(encodeContent(content)).toEqual({ ok: false, code: 'invalid_content', field });
  });
});
