import { socketParser, type SocketPacket } from '@sealpost/protocol';
import { Slab } from './slab.ts';

const EVENT = 2;

const received = new Slab();

/** What comes lies in shared buffers, since none of it lives for long. */
export class Decoder extends socketParser.Decoder {
  /** Takes events, once there is somebody to take them; null: they go the way of all packets. */
  take: ((event: SocketPacket) => void) | null = null;

  constructor() {
    super(received.copy);
  }

  protected override decoded(packet: SocketPacket): void {
    if (this.take && packet.type === EVENT && packet.nsp === '/') this.take(packet);
    else super.decoded(packet);
  }
}

/** The parser of the protocol, for a server. */
export const pooledParser = { ...socketParser, Decoder } as const;
