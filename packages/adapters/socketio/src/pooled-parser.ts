import { socketParser, type SocketPacket, withPacket } from '@sealpost/protocol';
import { Slab } from './slab.ts';

const pooled = (frame: Uint8Array): Buffer<ArrayBuffer> => {
  const copy = Buffer.allocUnsafe(frame.length);
  copy.set(frame);
  return copy;
};

class Encoder extends socketParser.Encoder {
  override encode(packet: SocketPacket): [Uint8Array<ArrayBuffer>] {
    return [withPacket(packet, pooled)];
  }
}

const received = new Slab();

class Decoder extends socketParser.Decoder {
  constructor() {
    super(received.copy);
  }
}

/** The parser of the protocol, for a server: what comes and goes lies in shared buffers, since none of it lives for long. */
export const pooledParser = { ...socketParser, Encoder, Decoder } as const;
