import { withPacket } from '@sealpost/protocol';
import type { RequestAnswer, ServerPush } from '@sealpost/protocol/edge';

/** What a server says as it goes on the wire, made once for however many connections. */
export interface ServerFrame {
  /** The packet of Socket.io. */
  readonly packet: Uint8Array<ArrayBuffer>;
  /** The same as an unmasked WebSocket message, ready for the TCP connection. */
  readonly message: Buffer<ArrayBuffer>;
}

const EVENT = 2;
const ACK = 3;
const FINAL_BINARY = 0x82;

const headerBytes = (length: number): number => (length < 126 ? 2 : length < 2 ** 16 ? 4 : 10);

/** RFC 6455, 5.2: one final binary frame without a mask. */
function framed(packet: Uint8Array): ServerFrame {
  const { length } = packet;
  const start = headerBytes(length);
  const message = Buffer.allocUnsafe(start + length);
  message[0] = FINAL_BINARY;
  message[1] = start === 2 ? length : start === 4 ? 126 : 127;
  if (start === 4) message.writeUInt16BE(length, 2);
  if (start === 10) message.writeBigUInt64BE(BigInt(length), 2);
  message.set(packet, start);
  return { packet: message.subarray(start), message };
}

/** @throws CodecError if the payload has no form on the wire. */
export const serverFrame = ({ event, payload }: ServerPush): ServerFrame =>
  withPacket({ type: EVENT, nsp: '/', data: [event, payload] }, framed);

/** The answer to the event that a client numbered so. */
export const answerFrame = (id: number, answer: RequestAnswer): ServerFrame =>
  withPacket({ type: ACK, nsp: '/', id, data: [answer] }, framed);
