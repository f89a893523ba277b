import { decodeMsgpack } from '@sealpost/protocol';
import { someBytes } from '@sealpost/testing';
import { describe, expect, it } from 'vitest';
import { serverFrame } from './server-frame.ts';

/** What a WebSocket reads from an unmasked message (RFC 6455, 5.2). */
function payloadOf(message: Buffer): Buffer {
  expect(message[0]).toBe(0x82);
  const length = message[1] ?? 0;
  if (length < 126) return message.subarray(2);
  const [header, announced] =
    length === 126 ? [4, message.readUInt16BE(2)] : [10, Number(message.readBigUInt64BE(2))];
  // The shortest form that holds the length.
  expect(announced).toBeGreaterThan(length === 126 ? 125 : 65_535);
  expect(message.length - header).toBe(announced);
  return message.subarray(header);
}

describe('serverFrame', () => {
  it('is one final binary message around the packet, whatever its length', () => {
    const typing = (length: number) => ({
      conversation: 'c',
      account: 'a',
      device: 'd',
      payload: someBytes(length),
    });
    const lengths = new Set<number>();
    for (const around of [0, 30, 65_420]) {
      for (let length = around; length < around + 100; length++) {
        const { message, packet } = serverFrame({ event: 'typing', payload: typing(length) });
        expect(payloadOf(message).equals(packet)).toBe(true);
        lengths.add(packet.length);
      }
    }
    for (const border of [125, 126, 65_535, 65_536]) expect(lengths).toContain(border);
    const { packet } = serverFrame({ event: 'typing', payload: typing(3) });
    expect(decodeMsgpack(packet)).toEqual([2, ['typing', typing(3)]]);
  });
});
