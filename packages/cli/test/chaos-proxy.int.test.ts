import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultyProxy } from '../src/chaos/faulty-proxy.ts';

const all = (): boolean => true;

describe('the proxy that treats connections badly', () => {
  let echo: Server;
  let proxy: FaultyProxy;
  let served: Socket[];
  beforeEach(async () => {
    served = [];
    echo = createServer((socket) => {
      served.push(socket);
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const address = echo.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    // Nobody listens on the first one.
    proxy = await FaultyProxy.listen(() => [
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.1', port },
    ]);
  });
  afterEach(async () => {
    await proxy.close();
    for (const socket of served) socket.destroy();
    echo.close();
  });

  async function connected(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    return socket;
  }

  it('passes on what is sent, to the first target that takes connections', async () => {
    for (let times = 0; times < 4; times++) (await connected()).destroy();
    expect(served).toHaveLength(4);
  });

  it('tells the other side that one is gone', async () => {
    const socket = await connected();
    const gone = once(served[0] as Socket, 'close');
    socket.destroy();
    await gone;
    expect(served[0]?.destroyed).toBe(true);
  });

  it('cuts off and resets', async () => {
    const [one, two] = [await connected(), await connected()];
    const closed = Promise.all([once(one, 'close'), once(two, 'close')]);
    proxy.cut(all);
    await closed;
    const three = await connected();
    const error = once(three, 'error');
    proxy.reset(all);
    expect((await error)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('leaves connections half-open, and serves new ones', async () => {
    const socket = await connected();
    proxy.silence(all);
    const heard: unknown[] = [];
    socket.on('data', (chunk) => heard.push(chunk));
    socket.on('close', () => heard.push('close'));
    socket.write('anybody?');
    served[0]?.destroy();
    (await connected()).destroy();
    expect(heard).toEqual([]);
    socket.destroy();
  });

  it('delays both directions, and keeps the order when the delay ends', async () => {
    const socket = await connected();
    proxy.delay(100);
    const began = performance.now();
    socket.write('a');
    await once(socket, 'data');
    expect(performance.now() - began).toBeGreaterThan(190);
    socket.write('b');
    await new Promise((resolve) => setTimeout(resolve, 10));
    proxy.delay(0);
    socket.write('c');
    let heard = '';
    while (heard.length < 2) heard += String((await once(socket, 'data'))[0]);
    expect(heard).toBe('bc');
    socket.destroy();
  });
});
