import { encodeMsgpack } from '../src/index.ts';
import { SECRET, type Seen } from './exchange.ts';
import type { Recording } from './recording-proxy.ts';
import { websocketMessages } from './websocket-messages.ts';

interface Wire {
  /** All binary messages of the client. */
  readonly client: readonly Uint8Array[];
  /** Those of the server, but for the first, which names the socket. */
  readonly server: readonly Uint8Array[];
  /** The kinds of the text messages: the transport's handshake is `0`. */
  readonly text: readonly string[];
  readonly secret: boolean;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const plainBytes = (text: string): Seen => ({ text, kind: 'Uint8Array', bufferBytes: text.length });
const plainView = (message: Buffer): Uint8Array => new Uint8Array(message);

/** What each side of `exchange` receives. */
export const clientReceives = ['server answer', 'server bytes'].map(plainBytes);
export const serverReceives = ['client proof', 'client bytes', 'client answer'].map(plainBytes);

/** Every message of `exchange` down to its last byte, and no other. */
export const exactWire: Wire = {
  client: [
    encodeMsgpack([0, { proof: bytes('client proof') }]),
    encodeMsgpack([2, ['ask', bytes('client bytes')], 0]),
    encodeMsgpack([3, [bytes('client answer')], 0]),
    encodeMsgpack([2, ['done'], 1]),
    encodeMsgpack([1]),
  ],
  server: [
    encodeMsgpack([3, [bytes('server answer')], 0]),
    encodeMsgpack([2, ['question', bytes('server bytes')], 0]),
    encodeMsgpack([3, [], 1]),
  ],
  text: ['0'],
  secret: false,
};

/** What the one WebSocket connection among the recorded ones carried. */
export function wireOf(connections: readonly Recording[]): Wire {
  const upgraded = connections.filter(({ fromClient }) =>
    Buffer.concat(fromClient).includes('transport=websocket'),
  );
  const [only] = upgraded;
  if (only === undefined || upgraded.length > 1) throw new Error('not one WebSocket connection');
  const client = websocketMessages(Buffer.concat(only.fromClient));
  const server = websocketMessages(Buffer.concat(only.fromServer));
  return {
    client: client.binary.map(plainView),
    server: server.binary.slice(1).map(plainView),
    text: [...client.text, ...server.text].map((message) => message.slice(0, 1)),
    secret: [client, server].some(({ payloads }) => payloads.includes(SECRET)),
  };
}
