/**
 * The bare relay, a process of its own: `node relay.ts adaptive|one-by-one`, with its database in `BENCH_POSTGRES_URL`. It knows no accounts, devices,
 * members, retries or cursors; what it does know, it does as cheaply as this stack can. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Server } from 'socket.io';
import parser from 'socket.io-msgpack-parser';
import { AdaptiveStore } from './adaptive-store.ts';
import type { MessageStore } from './message-store.ts';
import { OneByOneStore } from './one-by-one-store.ts';

/** One writer gathers; without gathering, more than 16 writers only switch. */
const stores: Readonly<Record<string, (url: string) => MessageStore>> = {
  adaptive: (url) => new AdaptiveStore(new pg.Pool({ connectionString: url, max: 1 })),
  'one-by-one': (url) => new OneByOneStore(new pg.Pool({ connectionString: url, max: 16 })),
};

const [kind = ''] = process.argv.slice(2);
const store = stores[kind]?.(process.env['BENCH_POSTGRES_URL'] ?? '');
if (!store)
  throw new Error(`there is no store ${kind}; there are ${Object.keys(stores).join(', ')}`);

const http = createServer();
const io = new Server(http, {
  parser,
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});
let clients = 0;
io.on('connection', (socket) => {
  const sender = ++clients;
  socket.on('enter', (room: string, entered: () => void) => {
    void socket.join(room);
    entered();
  });
  socket.on('message', (room: string, body: Buffer, accepted: (seq: number) => void) => {
    store.put({ conversation: room, sender, body }, (seq) => {
      socket.to(room).emit('message', room, seq, body);
      accepted(seq);
    });
  });
});
process.once('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(http.address() as AddressInfo).port}\n`);
});
