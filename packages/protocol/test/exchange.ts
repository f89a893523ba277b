import { io } from 'socket.io-client';
import { socketParser } from '../src/index.ts';

/** How bytes looked to the code that received them. */
export interface Seen {
  readonly text: string;
  readonly kind: string;
  /** Bytes of the buffer behind them. */
  readonly bufferBytes: number;
}

export const SECRET = 'SECRET-KEY';

/** The bytes of a text as a view in the middle of a buffer that holds a secret before and behind it. */
export function amidSecrets(text: string): Uint8Array {
  const whole = new TextEncoder().encode(`${SECRET}|${text}|${SECRET}`);
  const start = SECRET.length + 1;
  return whole.subarray(start, start + text.length);
}

export function seen(value: unknown): Seen {
  if (!(value instanceof Uint8Array)) return { text: '', kind: typeof value, bufferBytes: -1 };
  return {
    text: new TextDecoder().decode(value),
    kind: Object.getPrototypeOf(value) === Uint8Array.prototype ? 'Uint8Array' : 'subclass',
    bufferBytes: value.buffer.byteLength,
  };
}

/**
 * The client's half, the same code in Node and in browsers: asks and is asked once, with views of larger buffers in the
 * handshake, the question and the answer. Answers what it received: the server's answer and the server's question.
 */
export async function exchange(url: string, transport: 'websocket' | 'polling'): Promise<Seen[]> {
  const socket = io(url, {
    parser: socketParser,
    transports: [transport],
    forceNew: true,
    reconnection: false,
    auth: { proof: amidSecrets('client proof') },
  });
  try {
    const question = new Promise<Seen>((resolve, reject) => {
      socket.on('connect_error', reject);
      socket.on('question', (bytes: unknown, answer: (bytes: Uint8Array) => void) => {
        answer(amidSecrets('client answer'));
        resolve(seen(bytes));
      });
    });
    const answer: unknown = await socket
      .timeout(10_000)
      .emitWithAck('ask', amidSecrets('client bytes'));
    const received = [seen(answer), await question];
    await socket.timeout(10_000).emitWithAck('done');
    return received;
  } finally {
    socket.disconnect();
  }
}
