import { once } from 'node:events';
import { fc } from '@fast-check/vitest';
import { io as connect } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import { CodecError, encodeMsgpack, socketParser } from '../src/index.ts';
import { exchange } from './exchange.ts';
import { exchangeServer } from './exchange-server.ts';
import { clientReceives, exactWire, serverReceives, wireOf } from './exact-wire.ts';
import { recordingProxy } from './recording-proxy.ts';

const urlOf = ({ port }: { port: number }) => `http://127.0.0.1:${port}`;

/** A client that speaks the transport and none of the protocol on it. */
async function rawSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  socket.binaryType = 'arraybuffer';
  await once(socket, 'message');
  return socket;
}

describe('socketParser between two Node processes', () => {
  it('puts exactly the bytes of a view on the wire, both ways', async () => {
    const server = await exchangeServer();
    const proxy = await recordingProxy(server.port);
    expect(await exchange(urlOf(proxy), 'websocket')).toEqual(clientReceives);
    expect(server.received).toEqual(serverReceives);
    await server.close();
    expect(wireOf(proxy.connections)).toEqual(exactWire);
    await proxy.close();
  });

  it('carries bytes over long polling too', async () => {
    const server = await exchangeServer();
    expect(await exchange(urlOf(server), 'polling')).toEqual(clientReceives);
    expect(server.received).toEqual(serverReceives);
    await server.close();
  });
});

describe('socketParser against hostile peers', () => {
  const hostile = [
    '40',
    '42["ask"]',
    Uint8Array.of(),
    Uint8Array.of(0xc1),
    Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff),
    new Uint8Array(100_000).fill(0x91),
    encodeMsgpack([2, ['error', 'unhandled']]),
    encodeMsgpack([2, ['disconnecting']]),
    encodeMsgpack([9]),
    encodeMsgpack([2, ['ask'], 0, '/no-such-namespace']),
    encodeMsgpack([4, 'refused']),
    ...fc.sample(fc.uint8Array({ minLength: 1, maxLength: 40 }), { seed: 7, numRuns: 20 }),
  ];

  it('closes the connection on each malformed frame, and serves the next client', async () => {
    const server = await exchangeServer();
    for (const greeting of [[], [encodeMsgpack([0])]]) {
      for (const frame of hostile) {
        const socket = await rawSocket(server.port);
        for (const message of [...greeting, frame]) socket.send(message);
        await once(socket, 'close');
      }
    }
    expect(server.io.engine.clientsCount).toBe(0);
    const before = server.received.length;
    const client = await exchange(urlOf(server), 'websocket');
    expect(client).toEqual(clientReceives);
    expect(server.received.slice(before)).toEqual(serverReceives);
    await server.close();
  });

  it('tells the application of the server why', async () => {
    const server = await exchangeServer();
    const socket = await rawSocket(server.port);
    const connected = once(server.io, 'connection');
    socket.send(encodeMsgpack([0]));
    const [serverSide] = await connected;
    const reason = new Promise((resolve) => {
      serverSide.on('disconnect', resolve);
    });
    const errors: unknown[] = [];
    serverSide.on('error', (thrown: unknown) => errors.push(thrown));
    socket.send(Uint8Array.of(0xc1));
    expect(await reason).toBe('forced close');
    expect(errors).toEqual([new CodecError('malformed')]);
    await server.close();
  });

  it('ignores an answer that nobody asked for', async () => {
    const server = await exchangeServer();
    const socket = await rawSocket(server.port);
    socket.send(encodeMsgpack([0]));
    await once(socket, 'message');
    socket.send(encodeMsgpack([3, ['toString'], 99]));
    socket.send(encodeMsgpack([2, ['done'], 5]));
    const [message] = (await once(socket, 'message')) as [MessageEvent<ArrayBuffer>];
    expect(new Uint8Array(message.data)).toEqual(encodeMsgpack([3, [], 5]));
    socket.close();
    await server.close();
  });

  it('makes a client that is sent a malformed frame disconnect', async () => {
    const server = await exchangeServer();
    const socket = connect(urlOf(server), {
      parser: socketParser,
      transports: ['websocket'],
      reconnection: false,
    });
    const [serverSide] = await once(server.io, 'connection');
    const reason = new Promise((resolve) => {
      socket.on('disconnect', resolve);
    });
    serverSide.conn.write(Buffer.of(0xc1));
    expect(await reason).toBe('parse error');
    await server.close();
  });
});
