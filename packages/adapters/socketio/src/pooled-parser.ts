import { socketParser } from '@sealpost/protocol';
import { Slab } from './slab.ts';

const received = new Slab();

class Decoder extends socketParser.Decoder {
  constructor() {
    super(received.copy);
  }
}

/** The parser of the protocol, for a server: what comes lies in shared buffers, since none of it lives for long. */
export const pooledParser = { ...socketParser, Decoder } as const;
