import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { socketParser } from '../src/index.ts';
import { amidSecrets, seen, type Seen } from './exchange.ts';

interface ExchangeServer {
  readonly port: number;
  readonly io: Server;
  /** What the server received: the proof of the handshake, the client's question and its answer. */
  readonly received: readonly Seen[];
  close(): Promise<void>;
}

/** The server's half of `exchange`, which also serves a script to browsers. */
export async function exchangeServer(script = ''): Promise<ExchangeServer> {
  const received: Seen[] = [];
  const http = createServer((request, response) => {
    const isScript = request.url === '/client.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><script type="module" src="/client.js"></script>',
    );
  });
  const io = new Server(http, { parser: socketParser, serveClient: false });
  io.on('connection', (socket) => {
    received.push(seen(socket.handshake.auth['proof']));
    socket.on('ask', (bytes: unknown, answer: (bytes: Uint8Array) => void) => {
      received.push(seen(bytes));
      answer(amidSecrets('server answer'));
      socket.emit('question', amidSecrets('server bytes'), (answered: unknown) => {
        received.push(seen(answered));
      });
    });
    socket.on('done', (answer: () => void) => answer());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    port: (http.address() as AddressInfo).port,
    io,
    received,
    close: () => io.close(),
  };
}
