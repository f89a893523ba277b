import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CodecError } from './codec-error.ts';
import { encodeMsgpack } from './encode-msgpack.ts';
import { socketParser, type SocketPacket } from './socket-parser.ts';

const encoder = new socketParser.Encoder();

function decode(message: unknown): SocketPacket[] {
  const packets: SocketPacket[] = [];
  const decoder = new socketParser.Decoder();
  decoder.on('decoded', (packet) => packets.push(packet));
  decoder.add(message);
  return packets;
}

const id = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const nsp = fc.constantFrom('/', '/admin', '/ä');
const packet: fc.Arbitrary<SocketPacket> = fc.oneof(
  fc.record({ type: fc.constant(0), nsp }),
  fc.record({ type: fc.constant(0), nsp, data: fc.constant({ token: 'secret' }) }),
  fc.record({ type: fc.constant(1), nsp }),
  fc
    .record(
      {
        type: fc.constant(2),
        nsp,
        data: fc.tuple(fc.stringMatching(/^[a-z]{2,9}$/), fc.uint8Array()),
        id,
      },
      { requiredKeys: ['type', 'nsp', 'data'] },
    )
    .filter(({ data }) => !['connect', 'error'].includes(data[0])),
  fc.record({ type: fc.constant(3), nsp, data: fc.array(fc.integer()), id }),
  fc.record({ type: fc.constant(4), nsp, data: fc.constant({ message: 'no' }) }),
);

describe('socketParser', () => {
  it.prop([packet])('decodes one frame to the packet that it was made of', (sent) => {
    const frames = encoder.encode(sent);
    expect(frames).toHaveLength(1);
    expect(decode(frames[0])).toEqual([sent]);
    expect(decode(Buffer.from(frames[0]))).toEqual([sent]);
    expect(decode(frames[0].buffer)).toEqual([sent]);
  });

  it('writes an event without namespace and id as two fields', () => {
    const [frame] = encoder.encode({ type: 2, nsp: '/', data: ['name', 1] });
    expect(frame).toEqual(encodeMsgpack([2, ['name', 1]]));
  });

  it('writes no field of a packet but the four', () => {
    const withMore = { type: 2, nsp: '/', data: ['a'], options: { secret: 1 } };
    expect(encoder.encode(withMore)).toEqual([encodeMsgpack([2, ['a']])]);
  });

  it.each<[string, unknown]>([
    ['no array', { type: 2 }],
    ['no field', []],
    ['a field too many', [2, ['a'], 1, '/', 1]],
    ['an unknown type', [5, ['a']]],
    ['a type that is no integer', [2.5, ['a']]],
    ['a type as text', ['2', ['a']]],
    ['an event without data', [2]],
    ['an event without a name', [2, []]],
    ['an event with a number as name', [2, [7]]],
    ['an event whose data is a map', [2, { 0: 'a' }]],
    ['an event with a binary as name', [2, [Uint8Array.of(1)]]],
    ['a negative id', [2, ['a'], -1]],
    ['an id that is no integer', [2, ['a'], 0.5]],
    ['an id as text', [2, ['a'], '1']],
    ['an ack without id', [3, []]],
    ['an ack without data', [3, null, 1]],
    ['a connect with an id', [0, null, 1]],
    ['a connect with a list', [0, []]],
    ['a connect with bytes', [0, Uint8Array.of(1)]],
    ['a disconnect with data', [1, []]],
    ['a refusal without data', [4]],
    ['a namespace without slash', [2, ['a'], null, 'admin']],
    ['a namespace that is a number', [2, ['a'], null, 1]],
    ['a namespace of 200 characters', [2, ['a'], null, `/${'a'.repeat(199)}`]],
  ])('refuses %s', (_name, frame) => {
    expect(() => decode(encodeMsgpack(frame))).toThrow('codec refused: invalid_packet');
  });

  it.each([
    'connect',
    'connect_error',
    'disconnect',
    'disconnecting',
    'newListener',
    'removeListener',
    'error',
  ])('refuses the event name %s both ways', (name) => {
    expect(() => decode(encodeMsgpack([2, [name]]))).toThrow('codec refused: invalid_packet');
    expect(() => encoder.encode({ type: 2, nsp: '/', data: [name] })).toThrow(CodecError);
  });

  it('refuses text messages and whatever else is no bytes', () => {
    for (const message of ['2["a"]', '', null, undefined, 7, { base64: true, data: 'kQE=' }])
      expect(() => decode(message)).toThrow('codec refused: invalid_packet');
  });

  it.prop([fc.uint8Array({ maxLength: 64 })], { numRuns: 5_000 })(
    'throws nothing but a CodecError, whatever the frame',
    (frame) => {
      let thrown: unknown = null;
      try {
        decode(frame);
      } catch (error) {
        thrown = error;
      }
      expect(thrown === null || thrown instanceof CodecError).toBe(true);
    },
  );

  it('calls a listener no more once it is removed', () => {
    const packets: unknown[] = [];
    const decoder = new socketParser.Decoder();
    const listener = (received: SocketPacket) => packets.push(received);
    decoder.on('decoded', listener);
    decoder.off('decoded', listener);
    decoder.add(encodeMsgpack([1]));
    decoder.destroy();
    expect(packets).toEqual([]);
  });
});
