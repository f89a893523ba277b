import { socketParser } from '@sealpost/protocol';
import type { ServerPush } from '@sealpost/protocol/edge';

/** A server event as it goes on the wire, made once for however many connections. */
export interface ServerFrame {
  /** The packet of Socket.io. */
  readonly packet: Uint8Array<ArrayBuffer>;
  /** The same as an unmasked WebSocket message, ready for the TCP connection. */
  readonly message: Buffer;
}

const EVENT = 2;
const FINAL_BINARY = 0x82;

const encoder = new socketParser.Encoder();

/** RFC 6455, 5.2: one final binary frame without a mask. */
function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.from([FINAL_BINARY, length]);
  const header = Buffer.alloc(length < 2 ** 16 ? 4 : 10);
  header[0] = FINAL_BINARY;
  header[1] = length < 2 ** 16 ? 126 : 127;
  if (length < 2 ** 16) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

/** @throws CodecError if the payload has no form on the wire. */
export function serverFrame({ event, payload }: ServerPush): ServerFrame {
  const [packet] = encoder.encode({ type: EVENT, nsp: '/', data: [event, payload] });
  return { packet, message: Buffer.concat([headerOf(packet.length), packet]) };
}
